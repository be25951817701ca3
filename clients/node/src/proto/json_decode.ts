import type { Description, Role } from "./describe.js";
import { readField, readNumber, readText } from "./json_fields.js";
import { kindOf, members, requireJson, type Member } from "./json_scanner.js";
import { descriptionOf, nothingUnknown, noMeta, UnknownType, WebIn } from "./message.js";
import type { Envelope, Message, Meta } from "./message.js";
import { excerpt, fail } from "./text.js";

/** The members that are known by name, of several of one name the last, and the rest. */
class Parts {
  readonly rest: Member[] = [];
  private readonly known = new Map<string, string>();

  constructor(object: string, names: readonly string[]) {
    for (const each of members(object))
      if (names.includes(each.key)) this.known.set(each.key, each.raw);
      else this.rest.push(each);
  }

  get(name: string): string | undefined {
    return this.known.get(name);
  }
}

function listed(rest: readonly Member[]): string {
  return rest.map((each) => `${each.rawKey}:${each.raw}`).join(",");
}

/** Unknown.json: what of `data` and `meta` is unknown under these keys, all else beside them. */
function unknownText(
  top: readonly Member[],
  data: readonly Member[],
  meta: readonly Member[],
): string {
  const parts = [];
  if (data.length) parts.push(`"data":{${listed(data)}}`);
  if (meta.length) parts.push(`"meta":{${listed(meta)}}`);
  if (top.length) parts.push(listed(top));
  return parts.length ? `{${parts.join(",")}}` : "";
}

function requireVersion(raw: string | undefined): void {
  if (raw === undefined) fail("the envelope has no version; it must be 1");
  if (kindOf(raw) !== "number" || Number(raw) !== 1)
    fail(`the version of the envelope must be 1, got ${excerpt(raw)}`);
}

function withArticle(type: string): string {
  return `${/^[aeiou]/.test(type) ? "an" : "a"} ${type}`;
}

function readDescribed(
  description: Description,
  data: Parts,
  command: string | undefined,
): Message {
  const values: Record<string, unknown> = {};
  for (const field of description.fields) {
    const place = `data.${field.wireName} of ${withArticle(description.type)}`;
    const raw = data.get(field.wireName) ?? (field.name === "command" ? command : undefined);
    if (raw !== undefined) values[field.name] = readField(field, raw, place);
    else if (!field.optional) fail(`${place} is missing`);
  }
  return description.make(values);
}

/** Programs of 2012 put a raw's command at the top of the envelope, without data. */
function dataOf(description: Description, top: Parts): string {
  const place = `data of ${withArticle(description.type)}`;
  const raw = top.get("data") ?? (description.type === "raw" ? "{}" : fail(`${place} is missing`));
  return kindOf(raw) === "object" ? raw : fail(`${place} must be an object, got ${kindOf(raw)}`);
}

function readMeta(raw: string | undefined): { meta: Meta; protobuf: Uint8Array; rest: Member[] } {
  if (raw === undefined) return { meta: noMeta, protobuf: nothingUnknown.protobuf, rest: [] };
  if (kindOf(raw) !== "object") fail(`meta must be an object, got ${kindOf(raw)}`);
  const parts = new Parts(raw, ["publisher", "sequence", "protobuf"]);
  const publisher = readText(parts.get("publisher") ?? '""', "meta.publisher");
  const sequence = readNumber(parts.get("sequence") ?? "0", "meta.sequence");
  const protobuf = readBase64(readText(parts.get("protobuf") ?? '""', "meta.protobuf"));
  return { meta: { publisher, sequence }, protobuf, rest: parts.rest };
}

function readBase64(text: string): Uint8Array {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : fail("meta.protobuf must be base64");
}

function readEnvelope(role: Role, text: string): Envelope {
  const isRaw = (each: Description | undefined) => each?.role === "out" && each.type === "raw";
  const head = new Parts(text, ["version", "type"]);
  requireVersion(head.get("version"));
  const type = readText(
    head.get("type") ?? fail("the envelope has no type"),
    "the type of the envelope",
  );
  const description = descriptionOf(role, type);
  const top = new Parts(text, [
    "version",
    "type",
    "data",
    "meta",
    ...(isRaw(description) ? ["command"] : []),
  ]);
  const { message, rest } = readMessage(description, type, top);
  const { meta, protobuf, rest: metaRest } = readMeta(top.get("meta"));
  return { message, meta, unknown: { json: unknownText(top.rest, rest, metaRest), protobuf } };
}

function readMessage(description: Description | undefined, type: string, top: Parts) {
  if (!description) return { message: new UnknownType(type, top.get("data")), rest: [] };
  const names = description.fields.map((field) => field.wireName);
  const data = new Parts(dataOf(description, top), names);
  return { message: readDescribed(description, data, top.get("command")), rest: data.rest };
}

function readWebIn(text: string): Envelope {
  const parts = new Parts(text, ["app", "body"]);
  const app = parts.get("app") ?? fail("app of a web_in message is missing");
  const bodyText = parts.get("body") ?? fail("body of a web_in message is missing");
  const name = readText(app, "app of a web_in message");
  const message = new WebIn({ app: name, body: JSON.parse(bodyText), bodyText });
  const json = parts.rest.length ? `{${listed(parts.rest)}}` : "";
  return { message, meta: noMeta, unknown: { json, protobuf: nothingUnknown.protobuf } };
}

/** Throws Undecodable. */
export function decodeJson(role: Role | "web_in", text: string): Envelope {
  requireJson(text);
  return role === "web_in" ? readWebIn(text) : readEnvelope(role, text);
}
