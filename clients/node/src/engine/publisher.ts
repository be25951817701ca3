import { TubesError } from "../bus/error.js";
import type { BusOptions, Settled } from "../bus/options.js";
import { requireTopic } from "../bus/topic.js";
import { BackPressure } from "./back_pressure.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Driver } from "./driver.js";
import type { Events } from "./events.js";
import { Heartbeats } from "./heartbeats.js";
import { Sender } from "./sender.js";
import { within } from "./waiting.js";

/** A copy: a bus keeps no reference to what it is given. */
export function bytesOf(payload: string | Uint8Array): Buffer {
  return Buffer.from(payload as Uint8Array);
}

/** The half of a bus that publishes. */
export class Publisher {
  readonly sender: Sender;
  readonly heartbeats: Heartbeats;
  private readonly pressure: BackPressure;
  private lostBefore = 0;

  constructor(
    id: string,
    driver: Driver,
    events: Events,
    private readonly dispatcher: Dispatcher,
    private readonly options: Settled<BusOptions>,
  ) {
    this.sender = new Sender(driver, events, options.clock, options);
    this.heartbeats = new Heartbeats(id, driver, events, options.clock, options.heartbeat);
    this.pressure = new BackPressure(this.sender, options.clock);
  }

  /** `make` is called when there is room, perhaps more than once. */
  async publish(topic: string, make: () => Buffer, isNumbered: boolean): Promise<void> {
    requireTopic(topic);
    this.dispatcher.checkDepth();
    const attempt = () => this.offer(topic, make(), isNumbered);
    const isTaken = !this.pressure.isQueueing && attempt();
    if (!isTaken && !(await this.waitForRoom(attempt))) throw this.full();
    if (this.dispatcher.inline) await this.dispatcher.idle();
  }

  tryPublish(topic: string, payload: Buffer): boolean {
    requireTopic(topic);
    return !this.pressure.isQueueing && this.offer(topic, payload, false);
  }

  async flush(timeout: number): Promise<void> {
    const all = this.sender.sent.published;
    const left = () => all - this.sender.settled;
    const settling = async () => {
      while (left() > 0) await this.sender.next();
    };
    await within(this.options.clock, timeout, settling(), () => this.unflushed(left()));
    if (this.lost > this.lostBefore) throw this.unflushed(0);
  }

  private offer(topic: string, payload: Buffer, isNumbered: boolean): boolean {
    if (payload.length > this.options.maxPayload)
      throw new TubesError(
        "payload_too_large",
        `a payload of ${payload.length} bytes on "${topic}" is over the limit of ` +
          `${this.options.maxPayload} bytes`,
      );
    if (!this.sender.hasRoomFor(topic, payload)) return false;
    if (isNumbered) this.heartbeats.announce(topic);
    if (isNumbered) this.heartbeats.numbers.use(topic);
    this.sender.push(topic, payload, isNumbered);
    return true;
  }

  /** Inside a handler only while connected: else nothing would be handled meanwhile. */
  private async waitForRoom(attempt: () => boolean): Promise<boolean> {
    if (this.dispatcher.isInside && !this.sender.isUp) return false;
    return this.pressure.wait(this.options.publishTimeout, attempt);
  }

  private full(): TubesError {
    const { waiting } = this.sender.sent;
    return new TubesError(
      "outbox_full",
      `the outbox of ${this.options.outboxBytes} bytes is full: ${waiting} messages wait for ` +
        `${this.sender.address}`,
    );
  }

  private get lost(): number {
    const { unconfirmed, expired, rejected } = this.sender.sent;
    return unconfirmed + expired + rejected;
  }

  /** What was lost is told once. */
  private unflushed(waiting: number): TubesError {
    const lost = this.lost - this.lostBefore;
    this.lostBefore = this.lost;
    return new TubesError(
      "timed_out",
      `${this.sender.address} has not accepted everything: ${waiting} messages wait, and ` +
        `${lost} are in doubt or were dropped since the last flush`,
    );
  }
}
