import type { Clock, Cancel } from "../bus/clock.js";
import { textOf, TubesError } from "../bus/error.js";
import type { BusOptions, Settled } from "../bus/options.js";
import { Backoff } from "./backoff.js";
import type { Driver, Sink } from "./driver.js";
import { Deferred, isPromise } from "./waiting.js";

/** What a link tells the engine. */
export interface LinkListener {
  received: Sink["received"];
  up(): void;
  /** Also after an attempt that failed; `wasUp` tells. */
  down(reason: string, wasUp: boolean): void;
}

/** Connects in the background, and again whenever the connection breaks. */
export class Link {
  isUp = false;
  /** Why there is no connection, if that is known. */
  fault: TubesError | undefined;
  private attempt = 0;
  isClosed = false;
  private cancelTimer: Cancel = () => undefined;
  private waiting = new Deferred();
  private readonly backoff: Backoff;

  constructor(
    private readonly driver: Driver,
    private readonly clock: Clock,
    private readonly options: Settled<BusOptions>,
    private readonly listener: LinkListener,
  ) {
    this.backoff = new Backoff(options.backoffFirst, options.backoffLongest);
  }

  /** Resolves once it is up; never settles if it is closed first. */
  whenUp(): Promise<void> {
    return this.isUp ? Promise.resolve() : this.waiting.promise;
  }

  start(): void {
    const mine = ++this.attempt;
    const isCurrent = () => mine === this.attempt && !this.isClosed;
    const sink: Sink = {
      received: (topic, payload, filter) =>
        isCurrent() && this.listener.received(topic, payload, filter),
      lost: (cause) => isCurrent() && this.broke(cause),
    };
    const { connectTimeout } = this.options;
    this.cancelTimer = this.clock.after(connectTimeout, () =>
      this.broke(this.late(connectTimeout)),
    );
    const connecting = this.driver.connect(sink);
    if (!isPromise(connecting)) return this.connected();
    connecting.then(
      () => isCurrent() && this.connected(),
      (error: unknown) => isCurrent() && this.broke(error),
    );
  }

  close(): void {
    this.isClosed = true;
    this.isUp = false;
    this.cancelTimer();
    this.driver.disconnect();
  }

  private late(ms: number): TubesError {
    return new TubesError(
      "unreachable",
      `cannot reach ${this.driver.address} (no answer within ${ms} ms); is it running?`,
    );
  }

  private connected(): void {
    this.cancelTimer();
    this.backoff.reset();
    this.isUp = true;
    this.fault = undefined;
    this.listener.up();
    this.waiting.resolve();
  }

  private broke(cause: unknown): void {
    const wasUp = this.isUp;
    if (wasUp) this.waiting = new Deferred();
    this.isUp = false;
    ++this.attempt;
    this.cancelTimer();
    this.driver.disconnect();
    this.fault = cause instanceof TubesError ? cause : new TubesError("unreachable", textOf(cause));
    this.listener.down(this.fault.message, wasUp);
    this.cancelTimer = this.clock.after(this.backoff.next(), () => this.start());
  }
}
