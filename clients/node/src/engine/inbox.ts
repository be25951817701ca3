import type { Delivery, Handler } from "../bus/bus.js";
import type { SubscribeOptions } from "../bus/options.js";
import type { Received } from "../bus/stats.js";
import type { Filter } from "../bus/topic.js";
import { Fifo } from "./fifo.js";

/** What an inbox does beside holding messages. */
export interface InboxOwner {
  readonly received: Received;
  /** One more turn for the inbox. */
  schedule(inbox: Inbox): void;
  overflowed(inbox: Inbox): void;
}

type Limits = "inboxMessages" | "inboxBytes" | "overflow";
export type InboxOptions = Required<Pick<SubscribeOptions, Limits>> &
  Pick<SubscribeOptions, "onArrival">;

/** The bounded queue of one subscription. Each message in it has a turn at the dispatcher. */
export class Inbox {
  private readonly queue = new Fifo<Delivery>();
  private bytes = 0;

  constructor(
    readonly filter: Filter,
    readonly handler: Handler,
    private readonly options: InboxOptions,
    private readonly owner: InboxOwner,
  ) {}

  receive(delivery: Delivery): void {
    const counts = this.owner.received;
    ++counts.received;
    this.options.onArrival?.(delivery);
    const dropped = this.makeRoomFor(delivery);
    if (this.isFullFor(delivery)) {
      ++counts.overflowed;
      return this.owner.overflowed(this);
    }
    ++counts.waiting;
    this.queue.push(delivery);
    this.bytes += delivery.payload.length;
    if (dropped === 0) this.owner.schedule(this); // else it has the turn of a dropped one
  }

  /** Nothing where the message of this turn was dropped. */
  next(): Delivery | undefined {
    const delivery = this.queue.shift();
    if (delivery) this.bytes -= delivery.payload.length;
    return delivery;
  }

  /** What waits is counted as `how`. */
  end(how: "unsubscribed" | "discarded"): void {
    const left = this.queue.take().length;
    this.bytes = 0;
    this.owner.received.waiting -= left;
    this.owner.received[how] += left;
  }

  private isFullFor({ payload }: Delivery): boolean {
    const { inboxMessages, inboxBytes } = this.options;
    return this.queue.length >= inboxMessages || this.bytes + payload.length > inboxBytes;
  }

  /** How many it dropped. */
  private makeRoomFor(delivery: Delivery): number {
    let dropped = 0;
    const mayDrop = this.options.overflow === "drop_oldest";
    for (; mayDrop && this.queue.length > 0 && this.isFullFor(delivery); ++dropped)
      this.dropOldest();
    return dropped;
  }

  private dropOldest(): void {
    this.next();
    --this.owner.received.waiting;
    ++this.owner.received.overflowed;
    this.owner.overflowed(this);
  }
}
