import type { Bus, Delivery, Subscription } from "../bus/bus.js";
import type { SubscribeOptions } from "../bus/options.js";
import { decode, type WireFormat } from "../proto/codec.js";
import type { Role } from "../proto/describe.js";
import type { Envelope } from "../proto/message.js";

export type EnvelopeHandler = (envelope: Envelope) => unknown;

/** What a topic tells its client. */
export interface TopicListener {
  /** As it arrives, ahead of the handlers' turns. */
  arriving(topic: ClientTopic, payload: Buffer): void;
  undecodable(why: string): void;
  /** Before the handlers. */
  arrived(topic: ClientTopic, envelope: Envelope): void;
}

/** One of a client's topics, and who listens to it. */
export class ClientTopic {
  /** Whether messages come to us: others may subscribe on the same bus. */
  isExpected = false;
  private readonly handlers: EnvelopeHandler[] = [];
  private live: Promise<Subscription> | undefined;

  constructor(
    readonly role: Role | "web_in",
    readonly name: string,
    readonly wire: WireFormat,
    private readonly listener: TopicListener,
  ) {}

  /**
   * The first handler subscribes; if that fails the handler is not added, and the next one tries
   * again.
   */
  async add(bus: Bus, options: SubscribeOptions, handler: EnvelopeHandler): Promise<void> {
    this.handlers.push(handler);
    this.isExpected = true;
    const live = (this.live ??= bus.subscribe(
      this.name,
      (delivery) => this.received(delivery),
      { ...options, onArrival: ({ payload }) => this.listener.arriving(this, payload) },
    ));
    try {
      await live;
    } catch (error) {
      this.handlers.splice(this.handlers.indexOf(handler), 1);
      if (this.live === live) this.live = undefined;
      this.isExpected = this.live !== undefined;
      throw error;
    }
  }

  async reset(): Promise<void> {
    const subscription = await this.live?.catch(() => undefined);
    await subscription?.reset();
  }

  private async received({ topic, payload }: Delivery): Promise<void> {
    const { envelope, why } = decode(this.role, payload);
    if (!envelope) return this.listener.undecodable(`${topic}: ${why}`);
    this.listener.arrived(this, envelope);
    await callAll(this.handlers, envelope);
  }
}

/** Calls all, whatever they throw, and throws at last what the first one threw. */
async function callAll(handlers: readonly EnvelopeHandler[], envelope: Envelope): Promise<void> {
  const thrown: unknown[] = [];
  for (const handler of [...handlers])
    try {
      await handler(envelope);
    } catch (error) {
      thrown.push(error);
    }
  if (thrown.length > 0) throw thrown[0];
}
