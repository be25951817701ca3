import { fail, wellFormed } from "./text.js";

/**
 * Takes JSON text apart without changing it: JSON.parse would round large numbers, reorder keys,
 * and forget how unknown members were written.
 */
export interface Member {
  readonly key: string;
  /** As it stands there, with its quotes and escapes. */
  readonly rawKey: string;
  readonly raw: string;
}

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

const deepest = 64;

/** Of a value's text. */
export function kindOf(raw: string): JsonKind {
  const kinds: Record<string, JsonKind> = {
    "{": "object",
    "[": "array",
    '"': "string",
    t: "boolean",
    f: "boolean",
    n: "null",
  };
  return kinds[raw[0]!] ?? "number";
}

/** Refuses what is no JSON, or nested deeper than 64. */
export function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    fail(`not JSON: ${(error as Error).message}`);
  }
  if (depthOf(text) > deepest) fail("not JSON: it is nested too deep");
}

/** The text of a string's value. */
export function unquoted(raw: string): string {
  return wellFormed(JSON.parse(raw) as string);
}

/** The members of an object's valid text, in order, those with the same key too. */
export function members(object: string): Member[] {
  const found: Member[] = [];
  let at = skipSpace(object, skipSpace(object, 0) + 1);
  while (object[at] !== "}") {
    const keyEnd = endOfString(object, at);
    const start = skipSpace(object, skipSpace(object, keyEnd) + 1);
    const end = endOfValue(object, start);
    const rawKey = object.slice(at, keyEnd);
    found.push({ key: unquoted(rawKey), rawKey, raw: object.slice(start, end) });
    at = pastComma(object, end);
  }
  return found;
}

/** The elements of an array's valid text. */
export function elements(array: string): string[] {
  const found: string[] = [];
  let at = skipSpace(array, skipSpace(array, 0) + 1);
  while (array[at] !== "]") {
    const end = endOfValue(array, at);
    found.push(array.slice(at, end));
    at = pastComma(array, end);
  }
  return found;
}

function skipSpace(text: string, at: number): number {
  while (" \t\r\n".includes(text[at] ?? "x")) ++at;
  return at;
}

function pastComma(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

/** `at` is the opening quote. */
function endOfString(text: string, at: number): number {
  for (++at; text[at] !== '"'; ++at) if (text[at] === "\\") ++at;
  return at + 1;
}

function endOfValue(text: string, at: number): number {
  if (text[at] === '"') return endOfString(text, at);
  if (text[at] === "{" || text[at] === "[") return endOfContainer(text, at);
  const scalar = /[^,}\]\s]*/y;
  scalar.lastIndex = at;
  scalar.test(text);
  return scalar.lastIndex;
}

function endOfContainer(text: string, at: number): number {
  let depth = 0;
  do {
    if (text[at] === '"') at = endOfString(text, at) - 1;
    else if (text[at] === "{" || text[at] === "[") ++depth;
    else if (text[at] === "}" || text[at] === "]") --depth;
    ++at;
  } while (depth > 0);
  return at;
}

function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < text.length; ++at) {
    const c = text[at];
    if (c === '"') at = endOfString(text, at) - 1;
    else if (c === "{" || c === "[") most = Math.max(most, ++depth);
    else if (c === "}" || c === "]") --depth;
  }
  return most;
}
