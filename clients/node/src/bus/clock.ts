/** Ends a timer that has not run; afterwards it does nothing. */
export type Cancel = () => void;

/** What a bus takes its time from. Milliseconds. */
export interface Clock {
  /** Since some moment; never goes back. */
  now(): number;
  /**
   * Runs `action` once, in `delay` ms. A timer that is not `vital` does not keep the process alive.
   */
  after(delay: number, action: () => void, vital?: boolean): Cancel;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(delay, action, vital = true) {
    const timer = setTimeout(action, delay);
    if (!vital) timer.unref();
    return () => clearTimeout(timer);
  },
};

interface Timer {
  at: number;
  action: () => void;
}

/** Lets promises that wait for nothing but each other settle. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** For tests: time passes only by advance(). */
export class VirtualClock implements Clock {
  private time = 0;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  after(delay: number, action: () => void): Cancel {
    const timer = { at: this.time + Math.max(0, delay), action };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Lets `ms` pass: runs what is due on the way, in order, each with what it set off. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (let timer = this.next(end); timer; timer = this.next(end)) {
      this.timers.delete(timer);
      this.time = timer.at;
      timer.action();
      await settled();
    }
    this.time = end;
    await settled();
  }

  private next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const each of this.timers)
      if (each.at <= end && (!first || each.at < first.at)) first = each;
    return first;
  }
}
