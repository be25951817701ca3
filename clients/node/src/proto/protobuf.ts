import type { Field, Type, Writer } from "protobufjs";
import { Described, type Description, type Nicks, type Role } from "./describe.js";
import { decodeJson } from "./json_decode.js";
import { encodeJson } from "./json_encode.js";
import { descriptions, UnknownType, type Envelope, type Message } from "./message.js";
import { Parsed, parseEnvelope, unknownOf } from "./protobuf_parse.js";
import { hasSchema, schema } from "./schema.js";
import { fail, Undecodable, wellFormed } from "./text.js";

const tagOf = (field: Field) =>
  ((field.id << 3) | (field.type === "string" || field.resolvedType ? 2 : 0)) >>> 0;

function writeTexts(writer: Writer, field: Field, texts: readonly string[]): void {
  for (const text of texts) writer.uint32(tagOf(field)).string(wellFormed(text));
}

function writeNicks(writer: Writer, field: Field, nicks: Nicks): void {
  const { nick, prefix } = (field.resolvedType as Type).fields;
  for (const [name, mark] of nicks) {
    writer.uint32(tagOf(field)).fork();
    if (name) writeTexts(writer, nick!, [name]);
    if (mark) writeTexts(writer, prefix!, [mark]);
    writer.ldelim();
  }
}

function writeValue(writer: Writer, field: Field, value: unknown): void {
  if (value instanceof Map) writeNicks(writer, field, value);
  else if (Array.isArray(value)) writeTexts(writer, field, value as string[]);
  else if (value === true) writer.uint32(tagOf(field)).bool(true);
  else if (typeof value === "bigint" && value !== 0n)
    writer.uint32(tagOf(field)).uint64(value.toString());
  else if (typeof value === "string" && value !== "") writeTexts(writer, field, [value]);
}

/** A message of the schema, its fields in the schema's order, then what is unknown in it. */
function written(type: Type, values: object, unknown: readonly Uint8Array[] = []): Uint8Array {
  const writer = schema().library.Writer.create();
  for (const field of [...type.fieldsArray].sort((a, b) => a.id - b.id))
    writeValue(writer, field, (values as Record<string, unknown>)[field.name]);
  return Buffer.concat([writer.finish(), ...unknown]);
}

function member(name: string, bytes: Uint8Array): Uint8Array {
  const field = schema().envelope.fields[name]!;
  return schema().library.Writer.create().uint32(tagOf(field)).bytes(bytes).finish();
}

/**
 * The name and values of a message's body; nothing where a newer schema's body is among the unknown
 * fields.
 */
function bodyOf({ message, unknown }: Envelope): { name: string; values: object } | undefined {
  if (message instanceof Described) return { name: message.description.body, values: message };
  const { type, data } = message as UnknownType;
  return type || data || unknown.protobuf.length === 0
    ? { name: "other", values: { type, data } }
    : undefined;
}

function extrasOf(bytes: Uint8Array): Parsed {
  try {
    return parseEnvelope(bytes);
  } catch (error) {
    if (error instanceof Undecodable) return parseEnvelope(new Uint8Array());
    throw error;
  }
}

/** The protobuf format of an envelope. */
export function encodeProtobuf(source: Envelope): Uint8Array {
  const { envelope } = schema();
  const version = envelope.fields["version"]!;
  const typeOf = (name: string) => envelope.fields[name]!.resolvedType as Type;
  const extra = extrasOf(source.unknown.protobuf);
  const meta = written(typeOf("meta"), source.meta, extra.message("meta")?.unknown);
  const body = bodyOf(source) ?? (extra.unknown.length ? undefined : { name: "other", values: {} });
  const parts: Uint8Array[] = [Uint8Array.of(version.id << 3, 1)];
  if (meta.length) parts.push(member("meta", meta));
  if (body)
    parts.push(
      member(body.name, written(typeOf(body.name), body.values, extra.message(body.name)?.unknown)),
    );
  if (source.unknown.json) parts.push(member("json", Buffer.from(wellFormed(source.unknown.json))));
  return Buffer.concat([...parts, ...extra.unknown]);
}

function nicksOf(body: Parsed): Map<string, string> {
  const nicks = new Map<string, string>();
  for (const entry of body.messages("nicks")) nicks.set(entry.text("nick"), entry.text("prefix"));
  return nicks;
}

function readBody(description: Description, body: Parsed): Message {
  const readers = {
    text: (name: string) => body.text(name),
    texts: (name: string) => body.texts(name),
    nicks: () => nicksOf(body),
    flag: (name: string) => body.number(name) !== 0n,
    number: (name: string) => body.number(name),
  };
  const values = description.fields.map(({ name, kind }) => [name, readers[kind](name)]);
  return description.make(Object.fromEntries(values));
}

function readMessage(parsed: Parsed): Message {
  const body = parsed.which("body");
  const description = descriptions.find((each) => each.body === body);
  if (description) return readBody(description, parsed.message(body!)!);
  const other = parsed.message("other");
  return new UnknownType(other?.text("type") ?? "", other?.text("data") ?? "");
}

function requireEnvelope(parsed: Parsed): void {
  const version = parsed.number("version");
  if (version === 0n) fail("neither a JSON object nor a protobuf envelope with its version set");
  if (version !== 1n) fail(`the version of the protobuf envelope must be 1, got ${version}`);
  if (!parsed.which("body") && !parsed.unknown.length) fail("the protobuf envelope has no body");
}

/** Throws Undecodable; also where protobufjs is not installed. */
export function decodeProtobuf(role: Role, bytes: Uint8Array): Envelope {
  if (!hasSchema())
    fail("not JSON, and to read protobuf the npm package protobufjs is not installed");
  const parsed = parseEnvelope(bytes);
  requireEnvelope(parsed);
  const meta = parsed.message("meta");
  const envelope: Envelope = {
    message: readMessage(parsed),
    meta: { publisher: meta?.text("publisher") ?? "", sequence: meta?.number("sequence") ?? 0n },
    unknown: { json: parsed.text("json"), protobuf: unknownOf(parsed) },
  };
  const { message } = envelope;
  if (message instanceof Described && !envelope.unknown.json) return envelope;
  // JSON text is read as JSON; so also a type that this version knows and the sender did not.
  const roleRead = message instanceof Described ? message.description.role : role;
  return settleUnknown(decodeJson(roleRead, encodeJson(envelope)));
}

/** The envelope with what is really unknown of what it carries of protobuf. Throws Undecodable. */
export function settleUnknown(envelope: Envelope): Envelope {
  const { json, protobuf } = envelope.unknown;
  if (protobuf.length === 0 || !hasSchema()) return envelope;
  try {
    parseEnvelope(protobuf);
  } catch {
    fail("meta.protobuf must be the base64 of a protobuf envelope");
  }
  const whole = parseEnvelope(encodeProtobuf(envelope));
  return { ...envelope, unknown: { json, protobuf: unknownOf(whole) } };
}
