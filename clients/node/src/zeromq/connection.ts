import type * as zeromq from "zeromq";
import type { TubesError } from "../bus/error.js";
import type { Endpoints } from "./endpoints.js";
import type { ClientKeys } from "./key_files.js";
import { z85 } from "./keys.js";
import { troubleOf, unreachable } from "./trouble.js";

export type Library = typeof zeromq;

const heartbeatEvery = 2_000; // ms
const heartbeatTimeout = 5_000; // ms
const nextTry = 3_600_000; // ms: a new connection has new sockets
const smallestLimit = 1 << 20; // bytes

/** What a connection tells. */
export interface Listener {
  reply(frames: Buffer[]): void;
  message(frames: Buffer[]): void;
  trouble(cause: TubesError): void;
}

function optionsOf(
  at: { isV6: boolean },
  keys: ClientKeys | undefined,
  maxPayload: number,
  connectTimeout: number,
) {
  const curve = keys && {
    curveServerKey: z85(keys.server),
    curvePublicKey: z85(keys.own.publicKey),
    curveSecretKey: z85(keys.own.secretKey),
  };
  return {
    ipv6: at.isV6,
    linger: 50,
    reconnectInterval: nextTry,
    connectTimeout,
    heartbeatInterval: heartbeatEvery,
    heartbeatTimeout,
    maxMessageSize: 4 * Math.max(maxPayload, smallestLimit) + 1_024,
    ...curve,
  };
}

/**
 * The two sockets of one connection to a broker. It never reconnects: after trouble it is replaced.
 */
export class Connection {
  /** Once the broker has answered: errors then speak of a loss. */
  wasConnected = false;
  private requests: zeromq.Dealer | undefined;
  private messages: zeromq.Subscriber | undefined;
  private readonly queue: (string | Buffer)[][] = [];
  private isSending = false;
  private isClosed = false;

  constructor(
    private readonly library: Library,
    private readonly endpoints: Endpoints,
    private readonly keys: ClientKeys | undefined,
    private readonly listener: Listener,
  ) {}

  /** Starts to connect; trouble() tells what comes of it. */
  async open(maxPayload: number, connectTimeout: number): Promise<void> {
    const at = await this.endpoints.resolve().catch((error: NodeJS.ErrnoException) => {
      throw unreachable(`the host name cannot be looked up: ${error.code}`, this.endpoints, false);
    });
    if (this.isClosed) return;
    const options = optionsOf(at, this.keys, maxPayload, connectTimeout);
    this.requests = new this.library.Dealer({ ...options, sendHighWaterMark: 0 });
    this.messages = new this.library.Subscriber({ ...options, receiveHighWaterMark: 10_000 });
    for (const socket of [this.requests, this.messages]) this.observe(socket);
    this.requests.connect(at.publishing);
    this.messages.connect(at.receiving);
    void this.read(this.requests, (frames) => this.listener.reply(frames));
    void this.read(this.messages, (frames) => this.listener.message(frames));
  }

  close(): void {
    this.isClosed = true;
    this.requests?.close();
    this.messages?.close();
  }

  /** In order; a socket takes one send at a time. */
  send(frames: (string | Buffer)[]): void {
    this.queue.push(frames);
    if (!this.isSending) void this.sendAll();
  }

  subscribe(prefix: string): void {
    this.messages!.subscribe(prefix);
  }

  unsubscribe(prefix: string): void {
    if (!this.isClosed) this.messages!.unsubscribe(prefix);
  }

  private async sendAll(): Promise<void> {
    this.isSending = true;
    try {
      while (this.queue.length > 0)
        for (const frames of this.queue.splice(0)) await this.requests!.send(frames);
    } catch (error) {
      this.fail((error as Error).message);
    }
    this.isSending = false;
  }

  private async read(
    socket: zeromq.Dealer | zeromq.Subscriber,
    take: (frames: Buffer[]) => void,
  ): Promise<void> {
    try {
      for await (const frames of socket) {
        if (this.isClosed) return;
        take(frames as Buffer[]);
      }
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  private observe(socket: zeromq.Socket): void {
    const { events } = socket;
    for (const type of eventTypes)
      events.on(type, (event) => {
        const cause = troubleOf(
          event as zeromq.Event,
          this.endpoints,
          this.keys,
          this.wasConnected,
        );
        if (cause && !this.isClosed) this.listener.trouble(cause);
      });
  }

  private fail(cause: string): void {
    if (!this.isClosed)
      this.listener.trouble(unreachable(cause, this.endpoints, this.wasConnected));
  }
}

const eventTypes = [
  "disconnect",
  "close",
  "connect:retry",
  "handshake:error:auth",
  "handshake:error:protocol",
  "handshake:error:other",
] as const;
