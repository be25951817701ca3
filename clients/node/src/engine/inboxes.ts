import type { Delivery, Handler, Subscription } from "../bus/bus.js";
import { TubesError } from "../bus/error.js";
import type { SubscribeOptions } from "../bus/options.js";
import type { Received } from "../bus/stats.js";
import type { Filter } from "../bus/topic.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Events } from "./events.js";
import { Inbox, type InboxOwner } from "./inbox.js";
import { isPromise } from "./waiting.js";

const defaults = { inboxMessages: 100_000, inboxBytes: 64 << 20, overflow: "drop_oldest" } as const;

/** The subscriptions of a bus: gives them what arrives, and runs their handlers. */
export class Inboxes implements InboxOwner {
  readonly received: Received = {
    received: 0,
    delivered: 0,
    waiting: 0,
    overflowed: 0,
    unsubscribed: 0,
    discarded: 0,
  };
  private readonly inboxes = new Set<Inbox>();
  private readonly running = new Map<Inbox, Promise<void>>();
  private readonly overflows = new Map<Inbox, number>();
  private isClosed = false;

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly events: Events,
  ) {}

  add(filter: Filter, handler: Handler, options: SubscribeOptions): Inbox {
    const { ready: _, ...given } = options;
    const settled = { ...defaults, ...given };
    if (!["drop_oldest", "drop_newest"].includes(settled.overflow) || !(settled.inboxMessages > 0))
      throw new TubesError(
        "invalid_argument",
        "an inbox holds at least one message, and overflows as drop_oldest or drop_newest",
      );
    const inbox = new Inbox(filter, handler, settled, this);
    this.inboxes.add(inbox);
    return inbox;
  }

  remove(inbox: Inbox): void {
    this.inboxes.delete(inbox);
    inbox.end("unsubscribed");
  }

  /** Resolves once the inbox's handler runs no more. */
  async ended(inbox: Inbox): Promise<void> {
    if (!this.dispatcher.isInside) await this.running.get(inbox);
  }

  /** `filter`: the one that this copy is for; without it, it is for all that match. */
  deliver(delivery: Delivery, filter?: string): void {
    for (const inbox of [...this.inboxes])
      if (
        filter === undefined ? inbox.filter.matches(delivery.topic) : inbox.filter.text === filter
      )
        inbox.receive(delivery);
  }

  /** No handler begins any more. */
  close(): void {
    this.isClosed = true;
    for (const inbox of this.inboxes) inbox.end("discarded");
    this.inboxes.clear();
  }

  schedule(inbox: Inbox): void {
    this.dispatcher.push(() => this.turn(inbox));
  }

  /** One event for all that overflows before it is handled. */
  overflowed(inbox: Inbox): void {
    const before = this.overflows.get(inbox) ?? 0;
    this.overflows.set(inbox, before + 1);
    if (before === 0) setImmediate(() => this.tellOverflow(inbox));
  }

  private tellOverflow(inbox: Inbox): void {
    const count = this.overflows.get(inbox)!;
    this.overflows.delete(inbox);
    this.events.emit("overflow", inbox.filter.text, count);
  }

  private turn(inbox: Inbox): Promise<void> | undefined {
    const delivery = inbox.next();
    if (!delivery || this.isClosed) return undefined;
    const pending = this.call(inbox, delivery);
    if (!pending) return void this.finished();
    const ended = pending.then(() => this.finished(inbox));
    this.running.set(inbox, ended);
    return ended;
  }

  private call(inbox: Inbox, delivery: Delivery): Promise<void> | undefined {
    const failed = (error: unknown) => this.events.failed(error);
    try {
      const result = inbox.handler(delivery);
      return isPromise(result) ? Promise.resolve(result).then(() => undefined, failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }

  private finished(inbox?: Inbox): void {
    if (inbox) this.running.delete(inbox);
    --this.received.waiting;
    ++this.received.delivered;
  }
}

/** What subscribe() and its like return. */
export function subscriptionOf(
  cancel: () => void,
  ended: () => Promise<void> = async () => undefined,
): Subscription {
  return {
    cancel,
    async reset() {
      cancel();
      await ended();
    },
  };
}
