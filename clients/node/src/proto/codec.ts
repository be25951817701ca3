import type { Role } from "./describe.js";
import { decodeJson } from "./json_decode.js";
import { encodeJson } from "./json_encode.js";
import { nothingUnknown, WebIn, type Envelope } from "./message.js";
import { decodeProtobuf, encodeProtobuf, settleUnknown } from "./protobuf.js";
import { excerpt, fail, Undecodable, utf8 } from "./text.js";

export type WireFormat = "json" | "protobuf";

/** A message and the format it came in, or why there is none. */
export type Decoded =
  | { readonly envelope: Envelope; readonly format: WireFormat; readonly why?: undefined }
  | { readonly envelope?: undefined; readonly why: string };

function withoutBom(payload: Buffer): Buffer {
  return payload.length >= 3 && payload.readUIntBE(0, 3) === 0xefbbbf
    ? payload.subarray(3)
    : payload;
}

function looksLikeJson(text: Buffer): boolean {
  const start = text.findIndex(
    (byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d || byte === 0x0b || byte === 0x0c),
  );
  return start >= 0 && text[start] === 0x7b;
}

function decodeOrThrow(role: Role | "web_in", payload: Buffer): Decoded {
  if (payload.length === 0) fail("the payload is empty");
  const bytes = withoutBom(payload);
  if (looksLikeJson(bytes)) {
    const text = utf8(bytes) ?? fail("not JSON: it is not UTF-8");
    return { envelope: settleUnknown(decodeJson(role, text)), format: "json" };
  }
  if (role === "web_in") return fail("a web_in message must be a JSON object");
  return { envelope: decodeProtobuf(role, payload), format: "protobuf" };
}

/** Reads a payload in either wire format. Never throws for what a stranger sent. */
export function decode(role: Role | "web_in", payload: Uint8Array): Decoded {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  try {
    return decodeOrThrow(role, bytes);
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    return { why: `${error.message}: ${excerpt(bytes)}` };
  }
}

/** The payload of an envelope; `web_in` is always JSON. */
export function encode(envelope: Envelope, format: WireFormat = "json"): Buffer {
  const asJson = format === "json" || envelope.message instanceof WebIn;
  if (!asJson) return Buffer.from(encodeProtobuf(envelope));
  return Buffer.from(encodeJson(envelope.unknown.protobuf.length ? settled(envelope) : envelope));
}

/** The envelope without what a reader would not take from it. */
function settled(envelope: Envelope): Envelope {
  try {
    return settleUnknown(envelope);
  } catch {
    return {
      ...envelope,
      unknown: { json: envelope.unknown.json, protobuf: nothingUnknown.protobuf },
    };
  }
}
