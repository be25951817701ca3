import type { BusOptions, Settled } from "../bus/options.js";
import { heartbeatTopic } from "../bus/heartbeat.js";
import type { Stats } from "../bus/stats.js";
import { Filter, isTopic } from "../bus/topic.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Driver } from "./driver.js";
import { Events } from "./events.js";
import { Filters, type FilterListener } from "./filters.js";
import { Inboxes } from "./inboxes.js";
import { Link, type LinkListener } from "./link.js";
import { newId, statsTopic } from "./own_topics.js";
import { Presence } from "./presence.js";
import { Publisher } from "./publisher.js";
import { Pulses } from "./pulses.js";

const expiryInterval = 1_000; // ms

/** The parts of a bus, and what each must know of the others. */
export class Core implements LinkListener, FilterListener {
  readonly id = newId();
  readonly events: Events;
  readonly inboxes: Inboxes;
  readonly pulses: Pulses;
  readonly publisher: Publisher;
  readonly filters: Filters;
  readonly link: Link;
  /** Filters whose subscriber did not wait: an event says that they are live. */
  readonly background = new Set<string>();
  /** What arrives from now on is not taken any more. */
  isDeaf = false;
  private readonly presence: Presence;
  private hasBeenUp = false;

  constructor(
    private readonly driver: Driver,
    readonly dispatcher: Dispatcher,
    private readonly options: Settled<BusOptions>,
  ) {
    this.events = new Events(dispatcher);
    this.inboxes = new Inboxes(dispatcher, this.events);
    this.pulses = new Pulses(dispatcher, this.events);
    this.publisher = new Publisher(this.id, driver, this.events, dispatcher, options);
    this.filters = new Filters(driver, this);
    this.link = new Link(driver, options.clock, options, this);
    this.presence = new Presence(
      { id: this.id, name: options.name, stats: () => this.stats() },
      options.clock,
    );
  }

  start(): void {
    if (this.options.answerStats)
      void this.filters.want(Filter.own(statsTopic)).catch(() => undefined);
    this.link.start();
    this.expireLater();
  }

  stats(): Stats {
    return {
      sent: { ...this.publisher.sender.sent },
      received: { ...this.inboxes.received },
      handlersFailed: this.events.handlersFailed,
      eventsDropped: this.events.dropped,
      connected: this.link.isUp,
    };
  }

  close(): void {
    this.publisher.heartbeats.close();
    this.publisher.sender.discard();
    this.inboxes.close();
    this.link.close();
  }

  up(): void {
    this.events.emit("connected", this.driver.address);
    this.presence.connected();
    this.filters.up();
    this.publisher.heartbeats.up();
    this.publisher.sender.up();
  }

  down(reason: string, wasUp: boolean): void {
    if (wasUp) this.broke();
    this.events.emit("disconnected", reason);
  }

  received(topic: string, payload: Buffer, filter?: string): void {
    if (topic.startsWith("$")) return this.receivedOwn(topic, payload);
    if (this.isDeaf || !isTopic(topic)) return;
    if (payload.length > this.options.maxPayload) return this.tooLarge(topic, payload.length);
    this.inboxes.deliver({ topic, payload }, filter);
  }

  live(filter: Filter): void {
    this.pulses.emit({ kind: "live", filter: filter.text });
    if (this.background.delete(filter.text)) this.events.emit("subscribed", filter.text);
  }

  refused(filter: Filter, why: string): void {
    this.events.emit("refused", `${filter.text}: ${why}`);
  }

  complete(count: number): void {
    if (this.hasBeenUp && count > 0) this.events.emit("resubscribed", this.driver.address, count);
    this.hasBeenUp = true;
  }

  private broke(): void {
    const { sender, heartbeats } = this.publisher;
    this.pulses.emit({ kind: "away" });
    this.filters.down();
    heartbeats.down(sender.unsentNumbers);
    sender.down();
  }

  private receivedOwn(topic: string, payload: Buffer): void {
    if (topic === heartbeatTopic) return this.pulses.received(payload);
    const answer = topic === statsTopic ? this.presence.answer(payload) : undefined;
    if (answer)
      void Promise.resolve(this.driver.send(answer.topic, Buffer.from(answer.text))).catch(
        () => undefined,
      );
  }

  private tooLarge(topic: string, size: number): void {
    this.events.emit(
      "too_large",
      `a message of ${size} bytes on "${topic}" is over the limit of ` +
        `${this.options.maxPayload} bytes`,
    );
  }

  private expireLater(): void {
    const { clock, outboxAge } = this.options;
    const { sender } = this.publisher;
    clock.after(
      Math.min(expiryInterval, Math.max(outboxAge, 1)),
      () => {
        if (this.link.isClosed) return;
        if (!this.link.isUp) sender.expire();
        this.expireLater();
      },
      false,
    );
  }
}
