import type { Bus } from "../bus/bus.js";
import { textOf, TubesError } from "../bus/error.js";
import { requirePublishable } from "../proto/checks.js";
import { encode } from "../proto/codec.js";
import { Described } from "../proto/describe.js";
import { noMeta, nothingUnknown, WebIn, type Message } from "../proto/message.js";
import type { Topics } from "./topics.js";

/** Publishes messages on the topics that their types belong to. */
export class Outgoing {
  constructor(
    private readonly bus: Bus,
    private readonly topics: Topics,
  ) {}

  async publish(message: Message): Promise<void> {
    if (!(message instanceof Described || message instanceof WebIn)) throw withoutTopic();
    requirePublishable(message);
    if (message instanceof Described) return this.publishNumbered(message);
    const { name } = this.topics.of("web_in");
    await this.bus.publish(name, encode({ message, meta: noMeta, unknown: nothingUnknown }));
  }

  /** A bot seldom waits for what it says: then an event tells what became of it. */
  told<T>(promise: Promise<T>): Promise<T> {
    promise.catch((error: unknown) =>
      this.bus.report({ kind: "rejected", what: textOf(error), count: 1 }),
    );
    return promise;
  }

  private async publishNumbered(message: Described): Promise<void> {
    const { name, wire } = this.topics.of(message.description.role);
    const publisher = this.bus.id;
    await this.bus.publishNumbered(name, (sequence) =>
      encode({ message, meta: { publisher, sequence }, unknown: nothingUnknown }, wire),
    );
  }
}

function withoutTopic(): TubesError {
  return new TubesError(
    "unsupported",
    "only a message of a known type has a topic; encode() another one and publish the payload " +
      "on the bus",
  );
}
