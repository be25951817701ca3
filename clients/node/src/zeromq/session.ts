import type { Cancel, Clock } from "../bus/clock.js";
import { TubesError } from "../bus/error.js";
import type { Filter } from "../bus/topic.js";
import type { Sink } from "../engine/driver.js";
import { Fifo } from "../engine/fifo.js";
import { Deferred } from "../engine/waiting.js";
import type { Connection, Listener } from "./connection.js";
import type { Endpoints } from "./endpoints.js";
import { hello, parseReply, u64, type Reply } from "./protocol.js";
import { Readiness, readyPrefix } from "./readiness.js";
import { notUnderstood, unreachable } from "./trouble.js";

const longestSilence = 10_000; // ms without a confirmation while publishes wait for one
const longestPrefix = 245; // libzmq before 4.3.5 breaks over longer ones (its issue 4367)

/** A shorter prefix brings more than wanted: the engine compares the topic. */
function prefixOf(filter: Filter): string {
  return filter.stem.slice(0, longestPrefix);
}

/** What is said over one connection: every publish is confirmed, every question answered. */
export class Session implements Listener {
  private connection!: Connection;
  private readiness!: Readiness;
  private readonly welcome = new Deferred();
  private readonly unanswered = new Fifo<Deferred>();
  private readonly calls = new Map<bigint, Deferred<Buffer | undefined>>();
  private answered = 0n;
  private lastCall = 0n;
  private isReady = false;
  private cancelWatch: Cancel | undefined;

  constructor(
    private readonly endpoints: Endpoints,
    private readonly clock: Clock,
    private readonly sink: Sink,
  ) {}

  /** Resolves once both sockets have been answered. */
  async open(
    connection: Connection,
    limits: { maxPayload: number; connectTimeout: number },
  ): Promise<void> {
    this.connection = connection;
    this.readiness = new Readiness(connection, this.clock);
    await connection.open(limits.maxPayload, limits.connectTimeout);
    connection.send([...hello]);
    await Promise.all([this.welcome.promise, this.readiness.probe()]);
    this.isReady = connection.wasConnected = true;
  }

  close(): void {
    this.readiness.close();
    this.cancelWatch?.();
    this.connection.close();
  }

  async subscribe(filter: Filter): Promise<void> {
    this.connection.subscribe(prefixOf(filter));
    await this.readiness.probe();
  }

  unsubscribe(filter: Filter): void {
    this.connection.unsubscribe(prefixOf(filter));
  }

  publish(topic: string, payload: Buffer): Promise<void> {
    const accepted = new Deferred();
    this.unanswered.push(accepted);
    this.connection.send([topic, payload]);
    this.cancelWatch ??= this.watch();
    return accepted.promise;
  }

  call(
    what: "$put" | "$get" | "$remove",
    key: string,
    ...value: Buffer[]
  ): Promise<Buffer | undefined> {
    const answer = new Deferred<Buffer | undefined>();
    const id = ++this.lastCall;
    this.calls.set(id, answer);
    this.connection.send([what, u64(id), key, ...value]);
    return answer.promise;
  }

  trouble(cause: TubesError): void {
    this.cancelWatch?.();
    if (this.isReady) this.sink.lost(cause);
    else this.welcome.reject(cause);
  }

  message([topic, payload, ...more]: Buffer[]): void {
    const name = String(topic);
    if (name.startsWith(readyPrefix)) return this.readiness.answered(name);
    if (!payload || more.length > 0)
      return this.trouble(
        notUnderstood(this.endpoints, "a delivery must be the two frames [topic, payload]"),
      );
    this.sink.received(name, payload);
  }

  reply(frames: Buffer[]): void {
    this.take(parseReply(frames));
  }

  private take(reply: Reply): void {
    if (reply.kind === "welcome") return this.welcome.resolve();
    if (reply.kind === "ack") return this.confirmed(reply.count);
    if (reply.kind === "reject") return this.rejected(reply.count, reply.why);
    if (reply.kind === "answer") return this.answer(reply.id, reply.status, reply.value);
    if (reply.kind === "refuse") return this.trouble(this.refused(`the connection: ${reply.why}`));
    return this.trouble(notUnderstood(this.endpoints, "an answer that is none"));
  }

  /** The broker has the first `count` publishes. */
  private confirmed(count: bigint): void {
    if (count - this.answered > this.unanswered.length)
      return this.trouble(notUnderstood(this.endpoints, "it confirmed what was not sent"));
    for (; this.answered < count; ++this.answered) this.unanswered.shift()!.resolve();
    this.cancelWatch?.();
    this.cancelWatch = this.unanswered.length > 0 ? this.watch() : undefined;
  }

  private rejected(count: bigint, why: string): void {
    this.confirmed(count - 1n);
    this.unanswered.shift()?.reject(this.refused(`a message: ${why}`));
    this.answered = count;
  }

  private answer(id: bigint, status: string, value: Buffer): void {
    const call = this.calls.get(id);
    this.calls.delete(id);
    if (status === "refused") call?.reject(this.refused(`it: ${value}`));
    else call?.resolve(status === "value" ? value : undefined);
  }

  private refused(what: string): TubesError {
    return new TubesError("refused", `the broker at ${this.endpoints.url} refused ${what}`);
  }

  /** A broker that ended our session takes publishes and confirms none. */
  private watch(): Cancel {
    return this.clock.after(longestSilence, () =>
      this.trouble(
        unreachable(
          `it has confirmed nothing for ${longestSilence / 1_000} s`,
          this.endpoints,
          true,
        ),
      ),
    );
  }
}
