import type { Field, NamedField, Nicks } from "./describe.js";
import { elements, kindOf, members, unquoted } from "./json_scanner.js";
import { excerpt, fail, wellFormed } from "./text.js";

const largest = 2n ** 64n - 1n;

function mustBe(place: string, expected: string, raw: string): never {
  return fail(`${place} must be ${expected}, got ${kindOf(raw)}`);
}

export function readText(raw: string, place: string): string {
  return kindOf(raw) === "string" ? unquoted(raw) : mustBe(place, "a string", raw);
}

function readTexts(raw: string, place: string): string[] {
  if (kindOf(raw) !== "array") mustBe(place, "an array of strings", raw);
  return elements(raw).map((each) =>
    kindOf(each) === "string"
      ? unquoted(each)
      : fail(`${place} must be an array of strings, got ${kindOf(each)} in it`),
  );
}

/** Of a nick that is there twice the last prefix counts, in the first one's place. */
function readNicks(raw: string, place: string): Map<string, string> {
  if (kindOf(raw) !== "object") mustBe(place, "an object of strings", raw);
  const nicks = new Map<string, string>();
  for (const each of members(raw)) {
    if (kindOf(each.raw) !== "string")
      fail(`${place} must be an object of strings, got ${kindOf(each.raw)} in it`);
    nicks.set(each.key, unquoted(each.raw));
  }
  return nicks;
}

function readFlag(raw: string, place: string): boolean {
  return kindOf(raw) === "boolean" ? raw === "true" : mustBe(place, "true or false", raw);
}

/** A whole number below 2⁶⁴, exactly. */
export function readNumber(raw: string, place: string): bigint {
  if (kindOf(raw) !== "number") mustBe(place, "a whole number", raw);
  const number = /^\d+$/.test(raw) ? BigInt(raw) : -1n;
  if (number < 0n || number > largest)
    fail(`${place} must be a whole number from 0 to ${largest}, got ${excerpt(raw)}`);
  return number;
}

const readers = {
  text: readText,
  texts: readTexts,
  nicks: readNicks,
  flag: readFlag,
  number: readNumber,
};

/** Refuses a value of another kind than the field's. */
export function readField(field: NamedField, raw: string, place: string): unknown {
  return readers[field.kind](raw, place);
}

export function quote(text: string): string {
  return JSON.stringify(wellFormed(text));
}

/** The JSON text of a field's value. */
export function fieldText(field: Field, value: unknown): string {
  if (field.kind === "text") return quote(value as string);
  if (field.kind === "texts") return `[${(value as string[]).map(quote).join(",")}]`;
  if (field.kind === "flag" || field.kind === "number") return String(value);
  return `{${[...(value as Nicks)].map(([nick, prefix]) => `${quote(nick)}:${quote(prefix)}`).join(",")}}`;
}

export function isEmpty(value: unknown): boolean {
  return value === "" || value === false || (Array.isArray(value) && value.length === 0);
}
