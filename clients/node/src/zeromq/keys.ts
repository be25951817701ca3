import { createPrivateKey, createPublicKey, randomBytes } from "node:crypto";

/** The 32 bytes of a CURVE key. */
export type Key = Buffer;

export interface KeyPair {
  readonly publicKey: Key;
  readonly secretKey: Key;
}

const size = 32;
const digits =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
// What stands before the 32 bytes in the DER of an X25519 private key (RFC 8410).
const derHead = Buffer.from("302e020100300506032b656e04220420", "hex");

/** ZeroMQ's notation of keys (RFC 32): five digits for four bytes. */
export function z85(key: Key): string {
  let text = "";
  for (let at = 0; at < size; at += 4)
    for (let power = 85 ** 4; power >= 1; power /= 85)
      text += digits[Math.floor(key.readUInt32BE(at) / power) % 85];
  return text;
}

function fromZ85(text: string): Key | undefined {
  if (text.length !== 40 || [...text].some((digit) => !digits.includes(digit))) return undefined;
  const key = Buffer.alloc(size);
  for (let at = 0; at < size / 4; ++at) {
    const part = [...text.slice(5 * at, 5 * at + 5)];
    const value = part.reduce((sum, digit) => sum * 85 + digits.indexOf(digit), 0);
    if (value >= 2 ** 32) return undefined;
    key.writeUInt32BE(value, 4 * at);
  }
  return key;
}

export function fromHexadecimal(text: string): Key | undefined {
  return /^[0-9a-fA-F]{64}$/.test(text) ? Buffer.from(text, "hex") : undefined;
}

/** 64 hexadecimal digits, or 40 characters of Z85. */
export function toKey(text: string): Key | undefined {
  return fromHexadecimal(text) ?? fromZ85(text);
}

/** The pair of a secret key: CURVE's keys are those of X25519. */
export function keysOf(secretKey: Key): KeyPair {
  const key = createPrivateKey({
    key: Buffer.concat([derHead, secretKey]),
    format: "der",
    type: "pkcs8",
  });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { publicKey: spki.subarray(-size), secretKey };
}

export function newKeys(): KeyPair {
  return keysOf(randomBytes(size));
}
