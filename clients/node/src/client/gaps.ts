import type { Heartbeat } from "../bus/heartbeat.js";

/** What of other publishers' numbered messages never came, in messages. */
export interface Losses {
  /** While this bus was there. */
  readonly lost: number;
  /** Published while this bus was away, or soon after. */
  readonly missed: number;
}

export interface Gap {
  readonly topic: string;
  readonly publisher: string;
  readonly count: number;
  /** Missed, not lost. */
  readonly away: boolean;
}

interface Count {
  readonly topic: string;
  readonly publisher: string;
  last: bigint;
  /** Nothing came since the connection broke. */
  away: boolean;
}

/**
 * Finds, from the numbers that messages and heartbeats carry, the messages that never came.
 *
 * The first number of a publisher on a topic is where counting begins. So a late join, a publisher
 * that restarted (it has a new name) and one that was forgotten are no loss; and a publisher that
 * announces itself with 0 before its first message is counted from there.
 */
export class Gaps {
  private readonly liveTopics = new Set<string>();
  private readonly counts = new Map<string, Count>(); // the one that was silent longest first
  private lost = 0;
  private missed = 0;

  /** Remembers `most` pairs of topic and publisher. */
  constructor(private readonly most = 65_536) {}

  /** What is published on the topic from now on arrives, until away(). */
  live(topic: string): void {
    this.liveTopics.add(topic);
  }

  /** The connection broke. */
  away(): void {
    this.liveTopics.clear();
    for (const count of this.counts.values()) count.away = true;
  }

  /** What is missing in front of message `number`, if something is. */
  message(topic: string, publisher: string, number: bigint): Gap | undefined {
    if (publisher === "" || number === 0n) return undefined;
    const count = this.find(topic, publisher);
    if (!count) return void this.begin(topic, publisher, number);
    if (number <= count.last) return undefined;
    const gap = this.advance(count, number - 1n);
    count.last = number;
    count.away = false; // a message that arrives shows that the subscription is there again
    return gap;
  }

  /** What should have come by now, on each topic. The final one ends its publisher. */
  heartbeat({ publisher, final, last }: Heartbeat): Gap[] {
    const gaps = [...last].map(([topic, number]) => this.stated(topic, publisher, number, final));
    if (final) this.forget(publisher);
    return gaps.filter((gap) => gap !== undefined);
  }

  get losses(): Losses {
    return { lost: this.lost, missed: this.missed };
  }

  private stated(
    topic: string,
    publisher: string,
    number: bigint,
    final: boolean,
  ): Gap | undefined {
    const isLive = this.liveTopics.has(topic);
    const count = this.find(topic, publisher);
    if (!count && isLive && !final) this.begin(topic, publisher, number);
    if (!count) return undefined;
    const gap = this.advance(count, number);
    if (isLive) count.away = false;
    return gap;
  }

  private find(topic: string, publisher: string): Count | undefined {
    const key = `${publisher} ${topic}`;
    const count = this.counts.get(key);
    if (count) this.counts.delete(key);
    if (count) this.counts.set(key, count);
    return count;
  }

  private begin(topic: string, publisher: string, last: bigint): void {
    if (this.counts.size >= this.most) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(`${publisher} ${topic}`, { topic, publisher, last, away: false });
  }

  private advance(count: Count, to: bigint): Gap | undefined {
    if (to <= count.last) return undefined;
    const { topic, publisher, away } = count;
    const gap = { topic, publisher, count: Number(to - count.last), away };
    count.last = to;
    if (away) this.missed += gap.count;
    else this.lost += gap.count;
    return gap;
  }

  private forget(publisher: string): void {
    for (const [key, count] of this.counts)
      if (count.publisher === publisher) this.counts.delete(key);
  }
}
