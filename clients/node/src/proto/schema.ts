import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type * as protobufjs from "protobufjs";
import { library } from "../bus/libraries.js";

type Library = typeof protobufjs;

/** protobufjs with the schema of the envelope. */
export interface Schema {
  readonly library: Library;
  readonly envelope: protobufjs.Type;
}

let loaded: Schema | undefined;

/**
 * Whether protobufjs is installed: without it payloads in that format are refused with a reason.
 */
export function hasSchema(): boolean {
  if (loaded) return true;
  try {
    createRequire(import.meta.url).resolve("protobufjs");
    return true;
  } catch {
    return false;
  }
}

/** Loaded when it is first needed. Throws `unsupported` if protobufjs is not installed. */
export function schema(): Schema {
  return (loaded ??= load());
}

function load(): Schema {
  const found = library<Library>("protobufjs", "the wire format protobuf", 8);
  const file = fileURLToPath(new URL("../../proto/tubes/v1/envelope.proto", import.meta.url));
  const { root } = found.parse(readFileSync(file, "utf8"));
  return { library: found, envelope: root.resolveAll().lookupType("tubes.v1.Envelope") };
}
