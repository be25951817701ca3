import type { Clock } from "../bus/clock.js";
import { TubesError } from "../bus/error.js";
import type { BusOptions, Settled } from "../bus/options.js";
import type { Sent } from "../bus/stats.js";
import type { Driver } from "./driver.js";
import type { Events } from "./events.js";
import { Outbox, sizeOf, type Outgoing } from "./outbox.js";
import { Deferred, isPromise } from "./waiting.js";

const mostOnTheWay = 1_000;

/** Sends what is published, and knows what became of it. */
export class Sender {
  readonly sent: Sent = {
    published: 0,
    accepted: 0,
    waiting: 0,
    unconfirmed: 0,
    expired: 0,
    discarded: 0,
    rejected: 0,
  };
  isUp = false;
  private readonly outbox = new Outbox();
  private connection = 0; // what an earlier one answers late counts no more
  private onTheWay = 0;
  private bytesOnTheWay = 0;
  private unsent = new Map<string, number>(); // numbered messages in the outbox, per topic
  private progress: Deferred | undefined;

  constructor(
    private readonly driver: Driver,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly options: Settled<BusOptions>,
  ) {}

  get address(): string {
    return this.driver.address;
  }

  /** What no connection has taken yet: per topic, of the numbered ones. */
  get unsentNumbers(): ReadonlyMap<string, number> {
    return this.unsent;
  }

  /** How many messages are settled: accepted, in doubt or dropped. */
  get settled(): number {
    return this.sent.published - this.sent.waiting;
  }

  /** Where nothing waits there is room for any message. */
  hasRoomFor(topic: string, payload: Buffer): boolean {
    const bytes = this.outbox.bytes + this.bytesOnTheWay + sizeOf({ topic, payload });
    return this.sent.waiting === 0 || bytes <= this.options.outboxBytes;
  }

  /** Takes the message over; there is room. */
  push(topic: string, payload: Buffer, isNumbered: boolean): void {
    ++this.sent.published;
    ++this.sent.waiting;
    if (isNumbered) this.unsent.set(topic, (this.unsent.get(topic) ?? 0) + 1);
    this.outbox.push({ topic, payload, isNumbered, at: this.clock.now() });
    this.pump();
  }

  up(): void {
    this.isUp = true;
    ++this.connection;
    this.pump();
  }

  /** What was on the way is in doubt: arrived or lost, and never sent again. */
  down(): void {
    const doubtful = this.disconnected();
    if (doubtful > 0)
      this.events.emit(
        "unconfirmed",
        `${doubtful} messages on the way to ${this.driver.address}`,
        doubtful,
      );
    this.settle("unconfirmed", doubtful);
  }

  /** While away: drops what has waited for too long. */
  expire(): void {
    const dropped = this.outbox.expire(this.clock.now() - this.options.outboxAge);
    if (dropped === 0) return;
    this.recount();
    this.events.emit("expired", `waited over ${this.options.outboxAge} ms while away`, dropped);
    this.settle("expired", dropped);
  }

  /** Drops what waits still: the bus closes. */
  discard(): void {
    this.settle("unconfirmed", this.disconnected());
    this.settle("discarded", this.outbox.clear());
  }

  /** Resolves when something was settled or sent since. */
  next(): Promise<void> {
    return (this.progress ??= new Deferred()).promise;
  }

  private pump(): void {
    while (this.isUp && this.onTheWay < mostOnTheWay && this.outbox.length > 0)
      this.sendOne(this.outbox.shift()!);
  }

  private sendOne(message: Outgoing): void {
    const { topic, payload, isNumbered } = message;
    const mine = this.connection;
    const answered = (how: "accepted" | "rejected") =>
      mine === this.connection && this.answered(sizeOf(message), how);
    if (isNumbered) this.unsent.set(topic, this.unsent.get(topic)! - 1);
    ++this.onTheWay;
    this.bytesOnTheWay += sizeOf(message);
    const accepted = this.driver.send(topic, payload);
    if (!isPromise(accepted)) return void answered("accepted");
    accepted.then(
      () => answered("accepted"),
      (error: unknown) => mine === this.connection && this.isRefusal(error) && answered("rejected"),
    );
  }

  /** Of anything else the driver tells that it lost the connection. */
  private isRefusal(error: unknown): boolean {
    if (!(error instanceof TubesError) || error.code !== "refused") return false;
    this.events.emit("rejected", error.message);
    return true;
  }

  private answered(size: number, how: "accepted" | "rejected"): void {
    --this.onTheWay;
    this.bytesOnTheWay -= size;
    this.settle(how, 1);
    this.pump();
  }

  /** How many messages were on the way. */
  private disconnected(): number {
    const doubtful = this.onTheWay;
    this.isUp = false;
    ++this.connection;
    this.onTheWay = this.bytesOnTheWay = 0;
    return doubtful;
  }

  private settle(how: Exclude<keyof Sent, "published" | "waiting">, count: number): void {
    this.sent.waiting -= count;
    this.sent[how] += count;
    this.progress?.resolve();
    this.progress = undefined;
  }

  private recount(): void {
    this.unsent = this.outbox.numbered();
  }
}
