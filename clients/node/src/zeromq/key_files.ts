import { readFileSync, statSync } from "node:fs";
import type { BusUrl } from "../bus/url.js";
import { refuse } from "./endpoints.js";
import { fromHexadecimal, keysOf, newKeys, toKey, type Key, type KeyPair } from "./keys.js";

const secretMark = "# The secret half of a key of Tubes";
const publicMark = "# The public half of a key of Tubes";
const largestFile = 1 << 20;
const notation = "one line of 64 hexadecimal digits, or of 40 characters of Z85";

/** A client's end of CURVE. */
export interface ClientKeys {
  readonly server: Key;
  readonly own: KeyPair;
}

function statusOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function textOf(path: string): string | undefined {
  try {
    const status = statusOf(path);
    return status?.isFile() && status.size <= largestFile ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

/** Lines that begin with "# " and empty ones are passed over; words behind a key, too. */
function onlyKeyIn(text: string): Key | undefined {
  const lines = text.split("\n").map((line) => line.trimEnd());
  const keys = lines.filter((line) => line !== "" && line !== "#" && !line.startsWith("# "));
  return keys.length === 1 ? toKey(keys[0]!.split(" ", 1)[0]!) : undefined;
}

/** Never quotes what a file holds. */
function secretKeyOf(path: string): Key {
  const status = statusOf(path);
  if (!status && toKey(path))
    refuse(
      "key names a file, and a secret key itself stands there; put it into a file, and make a " +
        "new one if others may have seen this",
    );
  const text = textOf(path);
  if (!status || text === undefined)
    return refuse(`the secret key ${path} cannot be read; make one with: tubes keys new PATH`);
  if (text.startsWith(publicMark)) refuse(`${path} holds a public key; name the file without .pub`);
  if (status.mode & 0o077)
    refuse(
      `the secret key ${path} can be read or written by others than its owner; mend that with: ` +
        `chmod 600 ${path}, and make a new key if someone may have read it`,
    );
  return (
    onlyKeyIn(text) ??
    refuse(`${path} holds no secret key: ${notation}; make one with: tubes keys new PATH`)
  );
}

function publicKeyOf(given: string): Key {
  const key = fromHexadecimal(given);
  if (key) return key;
  const text = textOf(given);
  if (text === undefined)
    return refuse(
      `the public key ${given} is neither 64 hexadecimal digits nor a file that can be read`,
    );
  if (text.startsWith(secretMark)) refuse(`${given} holds a secret key; name the file with .pub`);
  return onlyKeyIn(text) ?? refuse(`${given} holds no public key: ${notation}`);
}

function requireSense(url: BusUrl): void {
  for (const name of ["key", "server_key", "allow"])
    if (url.parameter(name) === "")
      refuse(`the parameter ${name} of ${url.shown} is empty; give it a value or leave it out`);
  if (url.parameter("server_key") && url.parameter("allow"))
    refuse(
      `server_key is a client's and allow is a broker's, but ${url.shown} has both; leave one out`,
    );
  if (url.parameter("allow") && !url.parameter("key"))
    refuse(
      `allow needs the broker's own secret key in ${url.shown}; give it with key=PATH, made ` +
        "by: tubes keys new PATH",
    );
}

/** None if the URL asks for no CURVE (docs/ZEROMQ.md, Keys). Throws `invalid_url`. */
export function clientKeysOf(url: BusUrl): ClientKeys | undefined {
  requireSense(url);
  const [server, key] = [url.parameter("server_key"), url.parameter("key")];
  const own = () => (key ? keysOf(secretKeyOf(key)) : newKeys());
  if (url.parameter("allow")) return { server: own().publicKey, own: own() };
  if (server) return { server: publicKeyOf(server), own: own() };
  if (key)
    refuse(
      `key needs the broker's public key in ${url.shown}; give it with server_key=, as the ` +
        "broker says at its start",
    );
  return undefined;
}
