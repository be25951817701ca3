import { Described, type Description, type Role } from "./describe.js";
import * as In from "./in.js";
import * as Out from "./out.js";
import { Receipt } from "./receipt.js";

/** What a web hook received: `body` is any JSON value. */
export class WebIn {
  readonly app: string;
  readonly body: unknown;
  /** The JSON text of `body`, as it was written. */
  readonly bodyText: string;

  constructor(data: { readonly app: string; readonly body: unknown; readonly bodyText?: string }) {
    this.app = data.app;
    this.body = data.body;
    this.bodyText = data.bodyText ?? JSON.stringify(data.body) ?? "null";
  }
}

/** A message of a type without a description; it keeps its name and its data as JSON text. */
export class UnknownType {
  constructor(
    readonly type: string,
    /** Empty if there was none. */
    readonly data: string = "",
  ) {}
}

export type Message = Described | WebIn | UnknownType;

/** Who published a message, and which of the publisher's messages on this topic it is. */
export interface Meta {
  readonly publisher: string;
  /** From 1; 0: not numbered. */
  readonly sequence: bigint;
}

/** What this version does not know, kept for a relay. */
export interface Unknown {
  /** A JSON object of what the JSON has beside the known fields; empty if there is nothing. */
  readonly json: string;
  /** A protobuf envelope of unknown fields alone. */
  readonly protobuf: Uint8Array;
}

/** A message with what came around it. */
export interface Envelope {
  readonly message: Message;
  readonly meta: Meta;
  readonly unknown: Unknown;
}

export const noMeta: Meta = { publisher: "", sequence: 0n };
export const nothingUnknown: Unknown = { json: "", protobuf: new Uint8Array() };

/** Every type that docs/PROTOCOL.md describes. */
export const descriptions: readonly Description[] = [
  ...Object.values(In),
  ...Object.values(Out),
  Receipt,
].map((type: { readonly description: Description }) => type.description);

export function descriptionOf(role: Role, type: string): Description | undefined {
  return descriptions.find((each) => each.role === role && each.type === type);
}

/** The name of a message's type as the envelope has it. */
export function typeName(message: Message): string {
  if (message instanceof Described) return message.description.type;
  return message instanceof WebIn ? "web_in" : message.type;
}
