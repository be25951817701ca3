/** What the broker answers on the DEALER (docs/ZEROMQ.md). */
export type Reply =
  | { readonly kind: "welcome" }
  | { readonly kind: "refuse"; readonly why: string }
  /** The broker has the first so many publishes. */
  | { readonly kind: "ack"; readonly count: bigint }
  /** The publish of this number was not taken; the ones before it were. */
  | { readonly kind: "reject"; readonly count: bigint; readonly why: string }
  | {
      readonly kind: "answer";
      readonly id: bigint;
      readonly status: string;
      readonly value: Buffer;
    }
  | { readonly kind: "malformed" };

export const hello: readonly string[] = ["$hello", "1"];

/** Eight bytes, most significant first. */
export function u64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes;
}

function numberOf(frame: Buffer | undefined): bigint | undefined {
  return frame?.length === 8 ? frame.readBigUInt64BE() : undefined;
}

function readNumbered(kind: string, frames: readonly Buffer[]): Reply | undefined {
  const number = numberOf(frames[1]);
  if (number === undefined) return undefined;
  if (kind === "$ack" && frames.length === 2) return { kind: "ack", count: number };
  if (kind === "$reject" && frames.length === 3)
    return { kind: "reject", count: number, why: String(frames[2]) };
  if (kind === "$answer" && frames.length === 4)
    return { kind: "answer", id: number, status: String(frames[2]), value: frames[3]! };
  return undefined;
}

export function parseReply(frames: readonly Buffer[]): Reply {
  const kind = String(frames[0]);
  if (kind === "$hello" && String(frames[1]) === "1") return { kind: "welcome" };
  if (kind === "$refuse") return { kind: "refuse", why: String(frames[1] ?? "") };
  return readNumbered(kind, frames) ?? { kind: "malformed" };
}
