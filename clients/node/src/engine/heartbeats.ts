import type { Cancel, Clock } from "../bus/clock.js";
import { heartbeatTopic } from "../bus/heartbeat.js";
import { textOf } from "../bus/error.js";
import type { Driver } from "./driver.js";
import type { Events } from "./events.js";
import { Numbers } from "./numbers.js";

/** States the numbers of what this bus published, on "$heartbeat" (docs/LEDGER.md). Best effort. */
export class Heartbeats {
  readonly numbers: Numbers;
  private isUp = false;
  private hasBeenUp = false;
  private isRefused = false;
  private cancelTimer: Cancel = () => undefined;

  constructor(
    id: string,
    private readonly driver: Driver,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly interval: number,
  ) {
    this.numbers = new Numbers(id);
    if (interval > 0) this.tickLater();
  }

  /** A numbered message on the topic is about to leave. */
  announce(topic: string): void {
    if (this.isUp && this.numbers.last(topic) === 0n)
      void this.state([this.numbers.announcement(topic)]);
  }

  /** Before anything that waited leaves on this connection. */
  up(): void {
    this.isUp = true;
    void this.state(this.numbers.announcements());
    if (this.hasBeenUp) this.numbers.oweEverything();
    this.hasBeenUp = true;
  }

  down(unsent: ReadonlyMap<string, number>): void {
    this.isUp = false;
    this.numbers.broke(unsent);
  }

  /** Behind the last message. */
  async finish(): Promise<void> {
    if (this.isUp) await this.state(this.numbers.finalStatements());
  }

  close(): void {
    this.isUp = false;
    this.cancelTimer();
  }

  private tickLater(): void {
    this.cancelTimer = this.clock.after(this.interval, () => this.tick(), false);
  }

  private tick(): void {
    if (this.isUp) void this.state(this.numbers.statements());
    this.tickLater();
  }

  private async state(texts: readonly string[]): Promise<void> {
    try {
      await Promise.all(texts.map((text) => this.driver.send(heartbeatTopic, Buffer.from(text))));
    } catch (error) {
      this.refused(textOf(error));
    }
  }

  /** Told once: all else works without them. */
  private refused(why: string): void {
    if (!this.isUp || this.isRefused) return;
    this.isRefused = true;
    this.events.emit("refused", `${heartbeatTopic}: ${why}`);
  }
}
