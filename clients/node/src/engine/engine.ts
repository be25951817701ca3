import type { Bus, Capabilities, Handler, Pulse, Subscription } from "../bus/bus.js";
import type { Clock } from "../bus/clock.js";
import { TubesError } from "../bus/error.js";
import type { BusEvent, EventHandler } from "../bus/events.js";
import { heartbeatTopic } from "../bus/heartbeat.js";
import type { BusOptions, Settled, SubscribeOptions } from "../bus/options.js";
import type { Stats } from "../bus/stats.js";
import { Filter } from "../bus/topic.js";
import { Calls } from "./calls.js";
import { drained } from "./closing.js";
import { Core } from "./core.js";
import { settled } from "./defaults.js";
import { Dispatcher } from "./dispatcher.js";
import type { Driver } from "./driver.js";
import { subscriptionOf } from "./inboxes.js";
import { bytesOf } from "./publisher.js";
import { Timers } from "./timers.js";

/** A bus over a driver: what every bus does alike. */
export class Engine implements Bus {
  private readonly options: Settled<BusOptions>;
  private readonly core: Core;
  private readonly calls: Calls;
  private readonly timers: Timers;
  private readonly closers = new Set<() => void>();
  private closing: Promise<Stats> | undefined;

  constructor(
    private readonly driver: Driver,
    options: BusOptions,
    private readonly dispatcher = new Dispatcher(false),
  ) {
    this.options = settled(options);
    const { clock, readyTimeout } = this.options;
    this.core = new Core(driver, dispatcher, this.options);
    this.calls = new Calls(driver, this.core.link, clock, readyTimeout);
    this.timers = new Timers(clock, dispatcher, this.core.events);
    this.core.start();
  }

  get id(): string {
    return this.core.id;
  }

  get capabilities(): Capabilities {
    return this.driver.capabilities;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  async publish(topic: string, payload: string | Uint8Array): Promise<void> {
    this.requireOpen();
    const bytes = bytesOf(payload);
    await this.core.publisher.publish(topic, () => bytes, false);
  }

  tryPublish(topic: string, payload: string | Uint8Array): boolean {
    this.requireOpen();
    return this.core.publisher.tryPublish(topic, bytesOf(payload));
  }

  async publishNumbered(
    topic: string,
    make: (number: bigint) => string | Uint8Array,
  ): Promise<void> {
    this.requireOpen();
    const { publisher } = this.core;
    const next = () => bytesOf(make(publisher.heartbeats.numbers.last(topic) + 1n));
    await publisher.publish(topic, next, true);
  }

  async flush(timeout = 5_000): Promise<void> {
    this.requireOpen();
    await this.core.publisher.flush(timeout);
  }

  async subscribe(
    text: string,
    handler: Handler,
    options: SubscribeOptions = {},
  ): Promise<Subscription> {
    this.requireOpen();
    requireFunction(handler);
    const filter = Filter.of(text);
    const { inboxes, filters, background } = this.core;
    const inbox = inboxes.add(filter, handler, options);
    if (options.ready === "background") background.add(filter.text);
    const live = filters.want(filter);
    const cancel = once(() => (inboxes.remove(inbox), filters.unwant(filter)));
    if (options.ready !== "background")
      await this.orCancelled(this.calls.answered(`subscribe to "${text}"`, live), cancel);
    return subscriptionOf(cancel, () => inboxes.ended(inbox));
  }

  onEvent(handler: EventHandler): Subscription {
    this.requireOpen();
    requireFunction(handler);
    return subscriptionOf(this.core.events.add(handler));
  }

  report({ kind, what, count, publisher }: BusEvent): void {
    this.core.events.emit(kind, what, count, publisher);
  }

  onPulse(handler: (pulse: Pulse) => unknown): Subscription {
    this.requireOpen();
    requireFunction(handler);
    const { filters, pulses } = this.core;
    const remove = pulses.add(handler);
    const filter = Filter.own(heartbeatTopic);
    void filters.want(filter).catch(() => undefined);
    return subscriptionOf(once(() => (remove(), filters.unwant(filter))));
  }

  onClose(action: () => void): Subscription {
    this.requireOpen();
    requireFunction(action);
    const own = () => action();
    this.closers.add(own);
    return subscriptionOf(() => this.closers.delete(own));
  }

  after(delay: number, action: () => unknown): void {
    this.requireOpen();
    requireFunction(action);
    this.timers.after(delay, action);
  }

  async put(key: string, value: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(value);
    if (bytes.length > this.options.maxPayload)
      throw new TubesError(
        "payload_too_large",
        `a value of ${bytes.length} bytes for "${key}" is over the limit of ` +
          `${this.options.maxPayload} bytes`,
      );
    await this.call("put", key, () => this.driver.put(key, bytes));
  }

  async get(key: string): Promise<Buffer | undefined> {
    return this.call("get", key, () => this.driver.get(key));
  }

  async remove(key: string): Promise<void> {
    await this.call("remove", key, () => this.driver.remove(key));
  }

  async close(timeout = 5_000): Promise<Stats> {
    const { isInside } = this.dispatcher;
    if (isInside) this.core.inboxes.close();
    this.closing ??= this.closed(timeout);
    return isInside ? this.stats() : this.closing;
  }

  stats(): Stats {
    return this.core.stats();
  }

  private async closed(timeout: number): Promise<Stats> {
    this.timers.close();
    for (const closer of this.closers) closer();
    await drained(this.core, this.options.clock, timeout);
    this.core.close();
    return this.stats();
  }

  /** What a handler publishes while the bus drains is still taken. */
  private requireOpen(): void {
    if (this.core.link.isClosed || (this.closing && !this.dispatcher.isInside))
      throw new TubesError("closed", "the bus is closed");
  }

  private call<T>(what: string, key: string, ask: () => Promise<T>): Promise<T> {
    this.requireOpen();
    return this.calls.call(what, key, ask);
  }

  private async orCancelled(ready: Promise<void>, cancel: () => void): Promise<void> {
    try {
      await ready;
    } catch (error) {
      cancel();
      throw error;
    }
  }
}

function requireFunction(value: unknown): void {
  if (typeof value !== "function")
    throw new TubesError("invalid_argument", "a handler must be a function");
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
