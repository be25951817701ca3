import { Described } from "./describe.js";
import { fieldText, isEmpty, quote } from "./json_fields.js";
import { members, type Member } from "./json_scanner.js";
import { typeName, WebIn, type Envelope } from "./message.js";

/** Unknown.json taken apart. */
interface Extras {
  readonly top: readonly Member[];
  readonly data: readonly Member[];
  readonly meta: readonly Member[];
}

function extrasOf(json: string): Extras {
  const all = json ? members(json) : [];
  const inside = (key: string) => {
    const found = all.find((each) => each.key === key && each.raw.startsWith("{"));
    return found ? members(found.raw) : [];
  };
  return { top: all, data: inside("data"), meta: inside("meta") };
}

/** Unknown members never override a known one. */
function unknown(list: readonly Member[], known: readonly string[]): string[] {
  return list
    .filter((each) => !known.includes(each.key))
    .map((each) => `${each.rawKey}:${each.raw}`);
}

function dataMember(message: Described, extra: readonly Member[]): string {
  const values = message as unknown as Record<string, unknown>;
  const { fields } = message.description;
  const known = fields
    .filter((field) => !(field.optional && isEmpty(values[field.name])))
    .map((field) => `"${field.wireName}":${fieldText(field, values[field.name])}`);
  const rest = unknown(
    extra,
    fields.map((field) => field.wireName),
  );
  return `"data":{${[...known, ...rest].join(",")}}`;
}

function metaMember({ meta, unknown: { protobuf } }: Envelope, extra: readonly Member[]): string[] {
  const parts = [];
  if (meta.publisher !== "" || meta.sequence !== 0n)
    parts.push(`"publisher":${quote(meta.publisher)}`, `"sequence":${meta.sequence}`);
  parts.push(...unknown(extra, ["publisher", "sequence", "protobuf"]));
  if (protobuf.length) parts.push(`"protobuf":"${Buffer.from(protobuf).toString("base64")}"`);
  return parts.length ? [`"meta":{${parts.join(",")}}`] : [];
}

function webInText(message: WebIn, extras: Extras): string {
  const rest = unknown(extras.top, ["app", "body"]);
  return `{${[`"app":${quote(message.app)}`, `"body":${message.bodyText}`, ...rest].join(",")}}`;
}

/** What was JSON before is JSON again; anything else becomes text. */
function dataText(data: string): string {
  try {
    JSON.parse(data);
    return data;
  } catch {
    return quote(data);
  }
}

/** The JSON format of an envelope. */
export function encodeJson(envelope: Envelope): string {
  const { message } = envelope;
  const extras = extrasOf(envelope.unknown.json);
  if (message instanceof WebIn) return webInText(message, extras);
  const type = typeName(message);
  const parts = ['"version":1', `"type":${quote(type)}`];
  if (message instanceof Described) parts.push(dataMember(message, extras.data));
  else if (message.data) parts.push(`"data":${dataText(message.data)}`);
  parts.push(...metaMember(envelope, extras.meta));
  const isRaw = message instanceof Described && type === "raw";
  parts.push(
    ...unknown(extras.top, ["version", "type", "data", "meta", ...(isRaw ? ["command"] : [])]),
  );
  return `{${parts.join(",")}}`;
}
