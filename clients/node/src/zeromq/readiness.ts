import { randomUUID } from "node:crypto";
import type { Cancel, Clock } from "../bus/clock.js";
import { Deferred } from "../engine/waiting.js";

export const readyPrefix = "$ready.";
const askAgainAfter = 250; // ms: an answer may be lost where the queue for this client is full

/** What a probe is subscribed with. */
export interface Subscriber {
  subscribe(prefix: string): void;
  unsubscribe(prefix: string): void;
}

/**
 * Finds out that the broker has read all subscriptions made so far: it answers on
 * "$ready.<unique>".
 */
export class Readiness {
  private readonly probes = new Map<string, Deferred>();
  private readonly timers = new Set<Cancel>();

  constructor(
    private readonly subscriber: Subscriber,
    private readonly clock: Clock,
  ) {}

  /** Resolves once everything subscribed before this call is live. */
  probe(): Promise<void> {
    const live = new Deferred();
    this.ask(live);
    return live.promise;
  }

  /** A message on a topic that begins with "$ready.". */
  answered(topic: string): void {
    const live = this.probes.get(topic);
    if (!live) return;
    for (const [probe, each] of this.probes)
      if (each === live) {
        this.probes.delete(probe);
        this.subscriber.unsubscribe(probe);
      }
    live.resolve();
  }

  close(): void {
    for (const cancel of this.timers) cancel();
  }

  private ask(live: Deferred): void {
    const probe = readyPrefix + randomUUID();
    this.probes.set(probe, live);
    this.subscriber.subscribe(probe);
    const cancel = this.clock.after(askAgainAfter, () => {
      this.timers.delete(cancel);
      if (this.probes.has(probe)) this.ask(live);
    });
    this.timers.add(cancel);
  }
}
