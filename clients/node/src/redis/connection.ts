import type * as redis from "redis";
import type { Clock, Cancel } from "../bus/clock.js";
import { textOf, TubesError } from "../bus/error.js";
import type { Filter } from "../bus/topic.js";
import type { Sink } from "../engine/driver.js";
import { tlsOptions, type Settings } from "./settings.js";
import { lost, refusal, unreachable } from "./trouble.js";

type Library = typeof redis;
type Client = redis.RedisClientType;

const askEvery = 5_000; // ms
const answerWithin = 5_000; // ms

function optionsOf(settings: Settings, connectTimeout: number): redis.RedisClientOptions {
  const { host, port, socket, user, password, tls } = settings;
  const place = socket ? { path: socket } : { host, port };
  const secured = tls ? { tls: true as const, ...tlsOptions(tls) } : {};
  return {
    socket: {
      ...place,
      ...secured,
      connectTimeout,
      reconnectStrategy: false,
    } as redis.RedisClientOptions["socket"],
    disableOfflineQueue: true,
    ...(user ? { username: user } : {}),
    ...(password ? { password } : {}),
  };
}

/** One connection to a server: a client for commands, and one for what is subscribed. */
export class RedisConnection {
  readonly commands: Client;
  private readonly subscriber: Client;
  private isOpen = true;
  private isReady = false;
  private cancelTimer: Cancel = () => undefined;

  constructor(
    private readonly library: Library,
    private readonly settings: Settings,
    connectTimeout: number,
    private readonly clock: Clock,
    private readonly sink: Sink,
  ) {
    const options = optionsOf(settings, connectTimeout);
    this.commands = library.createClient({ ...options, database: settings.db }) as Client;
    this.subscriber = library.createClient(options) as Client;
    for (const client of [this.commands, this.subscriber])
      client
        .on("error", (error: unknown) => this.broke(textOf(error)))
        .on("end", () => this.broke("the connection was closed"));
  }

  /** Rejects `unreachable`, or `refused` where Redis does not let us in. */
  async connect(): Promise<void> {
    try {
      await Promise.all([this.commands.connect(), this.subscriber.connect()]);
    } catch (error) {
      throw this.errorOf("the connection", error);
    }
    this.isReady = true;
    this.watch();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.cancelTimer();
    for (const client of [this.commands, this.subscriber])
      void client.disconnect().catch(() => undefined);
  }

  /** Redis sends one copy for each channel and each pattern that matches. */
  async subscribe(filter: Filter): Promise<void> {
    const heard = (payload: Buffer, channel: Buffer) =>
      this.sink.received(channel.toString(), payload, filter.text);
    await this.asked(`SUBSCRIBE to "${filter.text}"`, () =>
      filter.isPrefix
        ? this.subscriber.pSubscribe(`${filter.stem}*`, heard, true)
        : this.subscriber.subscribe(filter.text, heard, true),
    );
  }

  unsubscribe(filter: Filter): void {
    const ended = filter.isPrefix
      ? this.subscriber.pUnsubscribe(`${filter.stem}*`)
      : this.subscriber.unsubscribe(filter.text);
    ended.catch(() => undefined); // nobody listens to the filter any more, whatever Redis says
  }

  /** What Redis refuses is `refused`; all else is the end of the connection. */
  async asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw this.errorOf(what, error);
    }
  }

  private errorOf(what: string, error: unknown): TubesError {
    if (error instanceof TubesError) return error;
    const { address } = this.settings;
    return error instanceof this.library.ErrorReply
      ? refusal(address, what, error.message)
      : unreachable(address, error);
  }

  private broke(cause: string): void {
    if (!this.isOpen || !this.isReady) return;
    this.sink.lost(lost(this.settings.address, cause));
  }

  /** A connection that was cut off without a word answers nothing. */
  private watch(): void {
    this.cancelTimer = this.clock.after(
      askEvery,
      () => {
        const answers = Promise.all([this.commands.ping(), this.subscriber.ping()]);
        const silent = () => this.broke(`it has not answered for ${answerWithin / 1_000} s`);
        this.cancelTimer = this.clock.after(answerWithin, silent);
        answers
          .then(() => this.isOpen && (this.cancelTimer(), this.watch()))
          .catch(() => undefined);
      },
      false,
    );
  }
}
