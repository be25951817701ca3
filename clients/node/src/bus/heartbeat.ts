import { isTopic } from "./topic.js";

/** The topic of heartbeats, one of the bus's own. */
export const heartbeatTopic = "$heartbeat";
/** Bytes; a publisher splits what is more. */
export const longestHeartbeat = 32_768;

const longestPublisher = 128;
const largest = 2n ** 64n - 1n;

/**
 * What a publisher states now and then: the number of its last message on each topic
 * (docs/LEDGER.md).
 */
export interface Heartbeat {
  readonly publisher: string;
  /** Its last one: nothing follows. */
  readonly final: boolean;
  /** Per topic; 0 announces that the first message is about to come. */
  readonly last: ReadonlyMap<string, bigint>;
}

/** {"v":1,"publisher":"7f3a9c","final":false,"last":{"in":17}} */
export function heartbeatText(beat: Heartbeat): string {
  const last = [...beat.last].map(([topic, number]) => `"${topic}":${number}`);
  return `{"v":1,"publisher":"${beat.publisher}","final":${beat.final},"last":{${last.join(",")}}}`;
}

/** JSON.parse rounds numbers over 2⁵³; in a heartbeat, which has no escapes, they can be quoted. */
function quotedNumbers(text: string): string {
  return text.replace(/"[^"]*"|(?<![\w.+-])\d{16,}(?![\w.])/g, (part) =>
    part.startsWith('"') ? part : `"#${part}"`,
  );
}

function parsedNumber(value: unknown): bigint | undefined {
  const isWhole = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  if (isWhole) return BigInt(value as number);
  const long = typeof value === "string" && /^#(\d+)$/.exec(value);
  const number = long ? BigInt(long[1]!) : undefined;
  return number !== undefined && number <= largest ? number : undefined;
}

function parsedLast(value: unknown): Map<string, bigint> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const last = new Map<string, bigint>();
  for (const [topic, stated] of Object.entries(value)) {
    const number = parsedNumber(stated);
    if (number === undefined || !isTopic(topic)) return undefined;
    last.set(topic, number);
  }
  return last;
}

function isPublisher(value: unknown): value is string {
  return typeof value === "string" && value.length <= longestPublisher && /^[!-~]+$/.test(value);
}

/** Takes any bytes: nothing for what is no heartbeat of version 1. */
export function parseHeartbeat(payload: Buffer): Heartbeat | undefined {
  if (payload.length > longestHeartbeat || payload.includes("\\")) return undefined;
  let read: Record<string, unknown> | null;
  try {
    read = JSON.parse(quotedNumbers(payload.toString()));
  } catch {
    return undefined;
  }
  if (read === null || read.v !== 1 || !isPublisher(read.publisher)) return undefined;
  const last = parsedLast(read.last ?? {});
  if (!last || typeof (read.final ?? false) !== "boolean") return undefined;
  return { publisher: read.publisher, final: read.final === true, last };
}
