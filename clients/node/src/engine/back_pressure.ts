import type { Clock } from "../bus/clock.js";
import type { Sender } from "./sender.js";

/** Publishers that wait for room in the outbox, in their order. */
export class BackPressure {
  private queue: Promise<unknown> = Promise.resolve();
  private count = 0;

  constructor(
    private readonly sender: Sender,
    private readonly clock: Clock,
  ) {}

  /** Whether a publisher must wait behind others. */
  get isQueueing(): boolean {
    return this.count > 0;
  }

  /**
   * Calls `attempt` until it returns true, when there may be room; false once `timeout` ms have
   * passed.
   */
  wait(timeout: number, attempt: () => boolean): Promise<boolean> {
    ++this.count;
    const end = this.clock.now() + timeout;
    const turn = this.queue.then(() => this.attemptUntil(end, attempt)).finally(() => --this.count);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async attemptUntil(end: number, attempt: () => boolean): Promise<boolean> {
    while (!attempt()) {
      const left = end - this.clock.now();
      if (left <= 0) return false;
      await this.progressWithin(left);
    }
    return true;
  }

  private progressWithin(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      void this.sender.next().then(() => (cancel(), resolve()));
    });
  }
}
