import { Dispatcher } from "../engine/dispatcher.js";
import type { Sink } from "../engine/driver.js";
import type { Filter } from "../bus/topic.js";

/** A bus's place at a hub. */
export interface Member {
  readonly sink: Sink;
  readonly filters: Map<string, Filter>;
}

/** What the buses of one name meet at; it is there while one of them is open. */
export class Hub {
  private static readonly hubs = new Map<string, Hub>();
  readonly retained = new Map<string, Buffer>();
  readonly members = new Set<Member>();
  private users = 0;

  private constructor(
    private readonly name: string,
    /** One for all of its buses, so that inline everything has one order. */
    readonly dispatcher: Dispatcher,
  ) {}

  static enter(name: string, limit: number): Hub {
    const hub = Hub.hubs.get(name) ?? new Hub(name, new Dispatcher(true, limit));
    Hub.hubs.set(name, hub);
    ++hub.users;
    return hub;
  }

  leave(): void {
    if (--this.users === 0) Hub.hubs.delete(this.name);
  }

  publish(topic: string, payload: Buffer): void {
    for (const { sink, filters } of [...this.members])
      if ([...filters.values()].some((filter) => filter.matches(topic)))
        sink.received(topic, payload);
  }
}
