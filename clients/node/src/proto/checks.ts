import type { Described, Field } from "./describe.js";
import { typeName, WebIn, type Message } from "./message.js";

const longestId = 128; // bytes

/** What a value is, for errors. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const isText = (value: unknown): boolean => typeof value === "string";

const kinds: Record<Field["kind"], [expected: string, fits: (value: unknown) => boolean]> = {
  text: ["a string", isText],
  texts: ["an array of strings", (value) => Array.isArray(value) && value.every(isText)],
  nicks: [
    "a Map of strings",
    (value) => value instanceof Map && [...value].flat().every(isText),
  ],
  flag: ["true or false", (value) => typeof value === "boolean"],
  number: ["a bigint", (value) => typeof value === "bigint"],
};

/**
 * Throws a TypeError unless every field holds what its type says: a program is told where it is
 * wrong, and not by a bridge that refuses the message, or a reader that cannot decode it.
 */
export function requirePublishable(message: Described | WebIn): void {
  if (message instanceof WebIn) return requireKind(message, "app", "text", message.app);
  const values = message as unknown as Record<string, unknown>;
  const { role, fields } = message.description;
  for (const { name, kind } of fields) requireKind(message, name, kind, values[name]);
  if (role === "out") requireShortId(message, values["id"] as string);
}

function requireKind(message: Message, name: string, kind: Field["kind"], value: unknown): void {
  const [expected, fits] = kinds[kind];
  if (!fits(value))
    throw new TypeError(
      `${name} of a ${typeName(message)} must be ${expected}, not ${kindOf(value)}`,
    );
}

function requireShortId(message: Message, id: string): void {
  const size = Buffer.byteLength(id);
  if (size > longestId)
    throw new TypeError(
      `id of a ${typeName(message)} has ${size} bytes, more than ${longestId}: the bridge would ` +
        "give no receipt",
    );
}
