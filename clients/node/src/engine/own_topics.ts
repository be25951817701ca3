import { randomBytes } from "node:crypto";
import { basename } from "node:path";

/** Topics that start with "$" are the bus's own, and match nobody's filter (docs/LEDGER.md). */
export const statsTopic = "$stats";

/** 128 random bits in hexadecimal. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** Printable ASCII without quotes and backslashes, at most 64 characters. */
export function plainName(name: string): string {
  return name.slice(0, 64).replace(/[^\x20-\x7e]|["\\]/g, "?");
}

/** The program's name and the id of its process. No arguments: these may hold secrets. */
export function programName(): string {
  return plainName(`${basename(process.argv[1] ?? "node")} ${process.pid}`);
}
