import { textOf, TubesError } from "../bus/error.js";
import { Filter } from "../bus/topic.js";
import type { Driver } from "./driver.js";
import { Deferred, isPromise } from "./waiting.js";

type State = "off" | "asking" | "live";

interface Wanted {
  readonly filter: Filter;
  users: number;
  state: State;
  /** Settles when the backend has answered. */
  answer: Deferred;
}

/** What filters tell the engine. */
export interface FilterListener {
  live(filter: Filter): void;
  refused(filter: Filter, why: string): void;
  /** All filters were answered on a new connection; so many are live. */
  complete(count: number): void;
}

/** Keeps at the backend what the bus is subscribed to, on each connection anew. */
export class Filters {
  private readonly wanted = new Map<string, Wanted>();
  private connection = 0;
  private isUp = false;

  constructor(
    private readonly driver: Driver,
    private readonly listener: FilterListener,
  ) {}

  /**
   * Resolves once the filter is live; rejects `refused`. Waits for as many connections as it takes.
   */
  want(filter: Filter): Promise<void> {
    const wanted = this.wanted.get(filter.text) ?? this.add(filter);
    ++wanted.users;
    if (this.isUp && wanted.state === "off") this.ask(wanted);
    else if (wanted.state === "live") this.listener.live(filter);
    return wanted.answer.promise;
  }

  unwant(filter: Filter): void {
    const wanted = this.wanted.get(filter.text);
    if (!wanted || --wanted.users > 0) return;
    this.wanted.delete(filter.text);
    wanted.answer.resolve(); // nobody waits for it any more, but complete() does
    if (this.isUp && wanted.state !== "off") this.driver.unsubscribe(filter);
  }

  /** Heartbeats first: a publisher's announcement comes before its first message. */
  up(): void {
    this.isUp = true;
    const mine = ++this.connection;
    const isOwn = (each: Wanted) => each.filter.text.startsWith("$");
    const all = [...this.wanted.values()];
    for (const each of all.sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)))) this.ask(each);
    const answers = all.map((each) => each.answer.promise);
    void Promise.allSettled(answers).then(() => {
      if (mine === this.connection)
        this.listener.complete(all.filter((each) => each.state === "live" && !isOwn(each)).length);
    });
  }

  down(): void {
    this.isUp = false;
    ++this.connection;
    for (const each of this.wanted.values()) {
      if (each.state === "live") each.answer = new Deferred();
      each.state = "off";
    }
  }

  private add(filter: Filter): Wanted {
    const wanted: Wanted = { filter, users: 0, state: "off", answer: new Deferred() };
    this.wanted.set(filter.text, wanted);
    return wanted;
  }

  private ask(wanted: Wanted): void {
    const mine = this.connection;
    const isCurrent = () =>
      mine === this.connection && this.wanted.get(wanted.filter.text) === wanted;
    wanted.state = "asking";
    const answer = this.driver.subscribe(wanted.filter);
    if (!isPromise(answer)) return this.live(wanted);
    answer.then(
      () => isCurrent() && this.live(wanted),
      (error: unknown) => isCurrent() && this.failed(wanted, error),
    );
  }

  private live(wanted: Wanted): void {
    wanted.state = "live";
    this.listener.live(wanted.filter);
    wanted.answer.resolve();
  }

  /** Anything but a refusal: the driver tells that it lost the connection. */
  private failed(wanted: Wanted, error: unknown): void {
    if (!(error instanceof TubesError) || error.code !== "refused") return;
    wanted.state = "off";
    this.listener.refused(wanted.filter, textOf(error));
    const { answer } = wanted;
    wanted.answer = new Deferred();
    answer.reject(error);
  }
}
