import type { Clock } from "../bus/clock.js";
import { TubesError } from "../bus/error.js";
import { requireTopic } from "../bus/topic.js";
import type { Driver } from "./driver.js";
import type { Link } from "./link.js";
import { within } from "./waiting.js";

/** What waits for the backend's answer, and says what is wrong if none comes. */
export class Calls {
  constructor(
    private readonly driver: Driver,
    private readonly link: Link,
    private readonly clock: Clock,
    private readonly timeout: number,
  ) {}

  /** A call on a retained value: `what` is the verb. */
  async call<T>(what: string, key: string, ask: () => Promise<T>): Promise<T> {
    requireTopic(key);
    return this.answered(`${what} "${key}"`, this.link.whenUp().then(ask));
  }

  answered<T>(what: string, answer: Promise<T>): Promise<T> {
    return within(this.clock, this.timeout, answer, () => this.late(what));
  }

  private late(what: string): TubesError {
    const { fault } = this.link;
    const why = fault?.message ?? `${this.driver.address} has not answered`;
    const code = fault?.code === "refused" ? "refused" : "timed_out";
    return new TubesError(code, `cannot ${what} within ${this.timeout} ms: ${why}`);
  }
}
