import { heartbeatText, longestHeartbeat } from "../bus/heartbeat.js";

const timesStated = 2;
const mostAround = 256;

interface Count {
  last: bigint;
  /** The last one that was sent on an earlier connection. */
  left: bigint;
  /** So many heartbeats will state it. */
  owed: number;
}

/**
 * The numbers of one publisher's messages, per topic, and what its heartbeats still have to say of
 * them: each change twice, because a heartbeat may be lost, too (docs/LEDGER.md).
 */
export class Numbers {
  private readonly topics = new Map<string, Count>();

  constructor(private readonly publisher: string) {}

  /** 0: none yet. */
  last(topic: string): bigint {
    return this.topics.get(topic)?.last ?? 0n;
  }

  /** The number after the last one is used. */
  use(topic: string): void {
    const count = this.topics.get(topic) ?? { last: 0n, left: 0n, owed: 0 };
    ++count.last;
    count.owed = timesStated;
    this.topics.set(topic, count);
  }

  get owing(): boolean {
    return [...this.topics.values()].some((count) => count.owed > 0);
  }

  oweEverything(): void {
    for (const count of this.topics.values()) count.owed = timesStated;
  }

  /** The connection broke, and so many numbered messages per topic had not been sent by then. */
  broke(unsent: ReadonlyMap<string, number>): void {
    for (const [topic, count] of this.topics)
      count.left = count.last - BigInt(unsent.get(topic) ?? 0);
  }

  /** The heartbeat in front of the first message on a topic. */
  announcement(topic: string): string {
    return heartbeatText({ publisher: this.publisher, final: false, last: new Map([[topic, 0n]]) });
  }

  /** Those in front of everything on a new connection: the numbers before what waited. */
  announcements(): string[] {
    return this.texts((count) => (count.left < count.last ? count.left : undefined));
  }

  /** Those that state what is owed. */
  statements(): string[] {
    return this.texts((count) => (count.owed > 0 ? (--count.owed, count.last) : undefined));
  }

  /** The last ones; none if nothing was numbered. */
  finalStatements(): string[] {
    return this.texts((count) => count.last, true);
  }

  /** Split into payloads that every reader takes; the last one alone is final. */
  private texts(numberOf: (count: Count) => bigint | undefined, final = false): string[] {
    const stated = [...this.topics].map(([topic, count]) => [topic, numberOf(count)] as const);
    const parts: Map<string, bigint>[] = [];
    let size = Infinity;
    for (const [topic, number] of stated) {
      if (number === undefined) continue;
      size += topic.length + 24;
      if (size > longestHeartbeat - mostAround) {
        parts.push(new Map());
        size = topic.length + 24;
      }
      parts.at(-1)!.set(topic, number);
    }
    return parts.map((last, at) =>
      heartbeatText({ publisher: this.publisher, final: final && at === parts.length - 1, last }),
    );
  }
}
