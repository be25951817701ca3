import { Fifo } from "./fifo.js";

/** A message on its way out. */
export interface Outgoing {
  readonly topic: string;
  readonly payload: Buffer;
  readonly isNumbered: boolean;
  /** When it was published. */
  readonly at: number;
}

/** What a message takes of the room in an outbox. */
export function sizeOf({ topic, payload }: Pick<Outgoing, "topic" | "payload">): number {
  return topic.length + payload.length;
}

/** Messages that wait for the connection. */
export class Outbox {
  private readonly queue = new Fifo<Outgoing>();
  /** Of all that wait. */
  bytes = 0;

  get length(): number {
    return this.queue.length;
  }

  push(message: Outgoing): void {
    this.queue.push(message);
    this.bytes += sizeOf(message);
  }

  shift(): Outgoing | undefined {
    const message = this.queue.shift();
    if (message) this.bytes -= sizeOf(message);
    return message;
  }

  /** Drops what was published before `time`, and returns how many. */
  expire(time: number): number {
    let dropped = 0;
    for (let first = this.queue.first(); first && first.at < time; first = this.queue.first()) {
      this.shift();
      ++dropped;
    }
    return dropped;
  }

  /** How many numbered messages of each topic wait. */
  numbered(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { topic, isNumbered } of this.queue)
      if (isNumbered) counts.set(topic, (counts.get(topic) ?? 0) + 1);
    return counts;
  }

  /** Drops everything, and returns how many. */
  clear(): number {
    this.bytes = 0;
    return this.queue.take().length;
  }
}
