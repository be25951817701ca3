import type { Cancel, Clock } from "../bus/clock.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Events } from "./events.js";

/** Actions that run once, as handlers, when their time has come. */
export class Timers {
  private readonly waiting = new Set<Cancel>();

  constructor(
    private readonly clock: Clock,
    private readonly dispatcher: Dispatcher,
    private readonly events: Events,
  ) {}

  after(delay: number, action: () => unknown): void {
    const cancel = this.clock.after(delay, () => {
      this.waiting.delete(cancel);
      this.dispatcher.push(() => this.run(action));
    });
    this.waiting.add(cancel);
  }

  /** Forgets those that wait. */
  close(): void {
    for (const cancel of this.waiting) cancel();
    this.waiting.clear();
  }

  private async run(action: () => unknown): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.events.failed(error);
    }
  }
}
