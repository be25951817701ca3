import type { Field, Reader, Type } from "protobufjs";
import { schema } from "./schema.js";
import { fail, utf8 } from "./text.js";

const noEnvelope = "neither a JSON object nor a protobuf envelope with its version set";
const lengthDelimited = 2;

/** One field as it stands on the wire. */
interface Wire {
  readonly id: number;
  readonly isLengthDelimited: boolean;
  /** With its tag. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

function nextField(reader: Reader, bytes: Uint8Array): Wire {
  const start = reader.pos;
  const tag = reader.uint32();
  const isLengthDelimited = (tag & 7) === lengthDelimited;
  const content = isLengthDelimited ? reader.bytes() : undefined;
  const before = reader.pos;
  if (!content) reader.skipType(tag & 7);
  const whole = bytes.subarray(start, reader.pos);
  return {
    id: tag >>> 3,
    isLengthDelimited,
    whole,
    content: content ?? bytes.subarray(before, reader.pos),
  };
}

function fieldsOf(bytes: Uint8Array): Wire[] {
  const fields: Wire[] = [];
  try {
    const reader = schema().library.Reader.create(bytes);
    while (reader.pos < reader.len) fields.push(nextField(reader, bytes));
  } catch (error) {
    if (error instanceof Error && error.name === "TubesError") throw error;
    fail(noEnvelope);
  }
  if (fields.some((each) => each.id === 0)) fail(noEnvelope);
  return fields;
}

/**
 * A protobuf message taken apart by the schema: protobufjs' own decoder takes text that is not
 * UTF-8, and older ones forget what they do not know.
 */
export class Parsed {
  readonly unknown: Uint8Array[] = [];
  private readonly known = new Map<string, Uint8Array[]>();

  /** Throws Undecodable. */
  constructor(
    readonly type: Type,
    bytes: Uint8Array,
  ) {
    for (const wire of fieldsOf(bytes)) this.take(wire);
    for (const name of this.known.keys()) if (this.isMessage(name)) this.message(name);
  }

  has(name: string): boolean {
    return this.known.has(name);
  }

  texts(name: string): string[] {
    return (this.known.get(name) ?? []).map((bytes) => utf8(bytes)!);
  }

  text(name: string): string {
    return this.texts(name).at(-1) ?? "";
  }

  number(name: string): bigint {
    const bytes = this.known.get(name)?.at(-1);
    return bytes ? BigInt(schema().library.Reader.create(bytes).uint64().toString()) : 0n;
  }

  /** Parts of one message that stand there more than once are merged, as protobuf says. */
  message(name: string): Parsed | undefined {
    const parts = this.known.get(name);
    return parts && new Parsed(this.typeOf(name), Buffer.concat(parts));
  }

  messages(name: string): Parsed[] {
    return (this.known.get(name) ?? []).map((bytes) => new Parsed(this.typeOf(name), bytes));
  }

  /** The member of the oneof that is there. */
  which(oneof: string): string | undefined {
    return this.type.oneofs[oneof]!.fieldsArray.find((field) => this.has(field.name))?.name;
  }

  private typeOf(name: string): Type {
    return this.type.fields[name]!.resolvedType as Type;
  }

  private isMessage(name: string): boolean {
    return this.type.fields[name]!.resolvedType !== null;
  }

  private take(wire: Wire): void {
    const field = this.type.fieldsById[wire.id];
    if (!field || wire.isLengthDelimited !== isDelimited(field))
      return void this.unknown.push(wire.whole);
    if (field.type === "string" && utf8(wire.content) === undefined)
      fail(`${this.type.name}.${snakeCase(field.name)} of the protobuf envelope is not UTF-8`);
    for (const other of field.partOf?.fieldsArray ?? [])
      if (other !== field) this.known.delete(other.name);
    this.known.set(field.name, [...(this.known.get(field.name) ?? []), wire.content]);
  }
}

function isDelimited(field: Field): boolean {
  return field.type === "string" || field.resolvedType !== null;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** An envelope; only one with its version set is. Throws Undecodable. */
export function parseEnvelope(bytes: Uint8Array): Parsed {
  return new Parsed(schema().envelope, bytes);
}

/** What is unknown in an envelope, its meta and its body, as an envelope of these fields alone. */
export function unknownOf(parsed: Parsed): Uint8Array {
  const parts = [...parsed.type.fieldsArray]
    .sort((a, b) => a.id - b.id)
    .filter((field) => field.resolvedType !== null && !field.repeated && parsed.has(field.name))
    .map((field) => delimited(field.id, unknownOf(parsed.message(field.name)!)));
  return Buffer.concat([...parts, ...parsed.unknown]);
}

/** A field of bytes with its tag; nothing for none. */
function delimited(id: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) return bytes;
  return schema()
    .library.Writer.create()
    .uint32((id << 3) | lengthDelimited)
    .bytes(bytes)
    .finish();
}
