import type { Bus, Pulse, Subscription } from "../bus/bus.js";
import type { Role } from "../proto/describe.js";
import type { Envelope, Message } from "../proto/message.js";
import { Gaps, type Gap, type Losses } from "./gaps.js";
import type { ClientOptions } from "./options.js";
import { ClientTopic, type EnvelopeHandler, type TopicListener } from "./topic.js";

/** What the topics tell their client. */
export interface TopicsListener {
  /** A payload of topic `receipts`, as it arrives. */
  arrivedReceipt(payload: Buffer): void;
  /** A message of topic `in`, before the handlers. */
  heard(message: Message): void;
  /** What happens on topic `in` is heard from now on. */
  live(): void;
}

/** A client's topics, and what was lost on them. */
export class Topics implements TopicListener {
  private readonly topics: ReadonlyMap<Role | "web_in", ClientTopic>;
  private readonly gaps = new Gaps();
  private pulses: Subscription | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly options: ClientOptions,
    private readonly listener: TopicsListener,
  ) {
    const {
      in: incoming = "in",
      out = "out",
      webIn = "web_in",
      receipts = "receipts",
      inWire = "json",
      outWire = "json",
    } = options;
    this.topics = new Map([
      ["in", new ClientTopic("in", incoming, inWire, this)],
      ["out", new ClientTopic("out", out, outWire, this)],
      ["web_in", new ClientTopic("web_in", webIn, "json", this)],
      ["receipts", new ClientTopic("receipts", receipts, inWire, this)],
    ]);
  }

  of(role: Role | "web_in"): ClientTopic {
    return this.topics.get(role)!;
  }

  get losses(): Losses {
    return this.gaps.losses;
  }

  /** Heartbeats first: a publisher's announcement comes before its first message. */
  async add(role: Role | "web_in", handler: EnvelopeHandler): Promise<void> {
    this.pulses ??= this.bus.onPulse((pulse) => this.pulsed(pulse));
    await this.of(role).add(this.bus, this.options.subscribe ?? {}, handler);
  }

  /** As add(), without a handler; when this resolves the topic is live, whatever the options. */
  async hear(role: Role | "web_in"): Promise<void> {
    const { name, isExpected } = this.of(role);
    if (!isExpected) await this.add(role, () => undefined);
    // Of two subscriptions to a topic one is not live without the other.
    if (isExpected || this.options.subscribe?.ready === "background")
      (await this.bus.subscribe(name, () => undefined)).cancel();
  }

  async reset(): Promise<void> {
    await Promise.all([
      this.pulses?.reset(),
      ...[...this.topics.values()].map((topic) => topic.reset()),
    ]);
  }

  arriving(topic: ClientTopic, payload: Buffer): void {
    if (topic.role === "receipts") this.listener.arrivedReceipt(payload);
  }

  undecodable(why: string): void {
    this.bus.report({ kind: "undecodable", what: why, count: 1 });
  }

  arrived(topic: ClientTopic, { message, meta }: Envelope): void {
    const gap = this.gaps.message(topic.name, meta.publisher, meta.sequence);
    if (gap) this.tell(gap);
    if (topic.role === "in") this.listener.heard(message);
  }

  private pulsed(pulse: Pulse): void {
    if (pulse.kind === "away") this.gaps.away();
    if (pulse.kind === "live") this.live(pulse.filter);
    if (pulse.kind === "beat") for (const gap of this.gaps.heartbeat(pulse.beat)) this.tell(gap);
  }

  private live(filter: string): void {
    for (const topic of this.topics.values()) {
      if (!topic.isExpected || topic.name !== filter) continue;
      this.gaps.live(filter);
      if (topic.role === "in") this.listener.live();
    }
  }

  private tell({ topic, away, count, publisher }: Gap): void {
    const what = `${topic}: ${away ? "published while this bus was away" : "lost on the way"}`;
    this.bus.report({ kind: "gap", what, count, publisher });
  }
}
