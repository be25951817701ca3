/** Which of the topics a type belongs to. */
export type Role = "in" | "out" | "receipts";

/** Nick and prefix ("", "@", "+"), in the server's order. */
export type Nicks = ReadonlyMap<string, string>;

interface Kinds {
  text: string;
  texts: readonly string[];
  nicks: Nicks;
  flag: boolean;
  /** Whole, from 0, below 2⁶⁴. */
  number: bigint;
}

/** What a field holds; the optional ones are left out of the JSON while they are empty. */
export interface Field<Kind extends keyof Kinds = keyof Kinds, Optional extends boolean = boolean> {
  readonly kind: Kind;
  readonly optional: Optional;
}

type Fields = Record<string, Field>;
type Value<F> = F extends Field<infer Kind> ? Kinds[Kind] : never;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K]["optional"] extends true ? K : never;
}[keyof F];

/** What a message is made of: the optional fields may be left out. */
export type Init<F extends Fields> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]>;
} & {
  readonly [K in OptionalKeys<F>]?: Value<F[K]>;
};

/** A message as one gets it: every field is there. */
export type Whole<F extends Fields> = { readonly [K in keyof F]: Value<F[K]> };

/**
 * One field of a description, with its name in programs (`rawMessage`) and in JSON (`raw_message`).
 */
export interface NamedField extends Field {
  readonly name: string;
  readonly wireName: string;
}

/** A message of a type that docs/PROTOCOL.md describes. */
export abstract class Described {
  abstract get description(): Description;
}

/** What the wire formats know of a type. */
export interface Description {
  readonly role: Role;
  readonly type: string;
  /** Its member of the protobuf envelope's `body`, as protobufjs names it. */
  readonly body: string;
  readonly fields: readonly NamedField[];
  readonly make: (data: object) => Described;
}

/**
 * The class of a type: `new In.Privmsg({sender, channel, message})`, and the key for Client.on().
 */
export interface MessageType<F extends Fields = Fields> {
  new (data: Init<F>): Described & Whole<F>;
  readonly description: Description;
}

const empty = {
  text: () => "",
  texts: () => [],
  nicks: () => new Map(),
  flag: () => false,
  number: () => 0n,
};

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function named(fields: Fields): NamedField[] {
  return Object.entries(fields).map(([name, field]) => ({
    ...field,
    name,
    wireName: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  }));
}

/** The class of messages that have these fields. */
export function describe<const F extends Fields>(
  role: Role,
  type: string,
  fields: F,
): MessageType<F> {
  const list = named(fields);
  class OfThisType extends Described {
    static readonly description: Description = {
      role,
      type,
      body: camelCase(`${role}_${type}`),
      fields: list,
      make: (data) => new OfThisType(data as Init<F>),
    };
    constructor(data: Init<F>) {
      super();
      const given = data as Record<string, unknown>;
      for (const { name, kind } of list)
        Object.defineProperty(this, name, {
          value: given[name] ?? empty[kind](),
          enumerable: true,
        });
    }
    get description(): Description {
      return OfThisType.description;
    }
  }
  return OfThisType as unknown as MessageType<F>;
}

export const text = { kind: "text", optional: false } as const;
export const optionalText = { kind: "text", optional: true } as const;
export const texts = { kind: "texts", optional: false } as const;
export const optionalTexts = { kind: "texts", optional: true } as const;
export const nicks = { kind: "nicks", optional: false } as const;
export const number = { kind: "number", optional: false } as const;
export const optionalFlag = { kind: "flag", optional: true } as const;
