import type { Capabilities } from "../bus/bus.js";
import type { TubesError } from "../bus/error.js";
import type { Filter } from "../bus/topic.js";

/** What a driver tells the engine. */
export interface Sink {
  /**
   * A message arrived. A backend that sends one copy for each matching filter names the filter
   * that the copy is for; else the engine finds every subscription that matches.
   */
  received(topic: string, payload: Buffer, filter?: string): void;
  /** The connection broke; whatever was on the way with it is in doubt. */
  lost(cause: TubesError): void;
}

/**
 * What a transport implements: one connection to one backend at a time.
 *
 * The engine does what every bus does alike: outbox, inboxes, dispatch, retries, resubscribing, the
 * ledger, events. Promises reject with a TubesError: `refused` where the backend said no and the
 * connection goes on, else `unreachable`; what was asked on a connection that is gone may also
 * never settle. Errors name the address, the cause and the remedy.
 */
export interface Driver {
  readonly capabilities: Capabilities;
  /** For events and errors: "redis at 127.0.0.1:6379". Never holds a secret. */
  readonly address: string;

  /**
   * One attempt; when it resolves all below can be used. Nothing instead of a promise: it is there
   * at once. A disconnect() meanwhile ends it.
   */
  connect(sink: Sink): Promise<void> | void;
  /** Drops the connection; idempotent. No Sink call comes afterwards. */
  disconnect(): void;

  /** Resolves once everything that anyone publishes to the filter will be received. */
  subscribe(filter: Filter): Promise<void> | void;
  unsubscribe(filter: Filter): void;

  /**
   * Sends the message now, and resolves once the backend has it. In order; messages on the bus's
   * own topics are sent, too.
   */
  send(topic: string, payload: Buffer): Promise<void> | void;

  put(key: string, value: Buffer): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  remove(key: string): Promise<void>;
}
