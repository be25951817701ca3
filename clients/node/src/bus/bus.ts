import type { Clock } from "./clock.js";
import type { BusEvent, EventHandler } from "./events.js";
import type { Heartbeat } from "./heartbeat.js";
import type { SubscribeOptions } from "./options.js";
import type { Stats } from "./stats.js";

/**
 * One payload handed to one subscription. Others may see the same bytes: do not write into them.
 */
export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
}

/** May be asynchronous: it runs until its promise settles, and the next one waits for that. */
export type Handler = (delivery: Delivery) => unknown;

/** Ends at reset() or cancel(), or with its bus. */
export interface Subscription {
  /**
   * Ends the subscription and waits for its running handler; afterwards the handler does not run
   * again. Inside that handler it does not wait.
   */
  reset(): Promise<void>;
  /** Ends the subscription and never waits. */
  cancel(): void;
}

/** What a ledger of losses must know beside the messages, in its place among them. */
export type Pulse =
  /** A publisher's heartbeat: what it counts and has not arrived by now is lost. */
  | { readonly kind: "beat"; readonly beat: Heartbeat }
  /** What is published to `filter` from now on arrives, as long as nothing breaks. */
  | { readonly kind: "live"; readonly filter: string }
  /** The connection broke: what is published now is missed, until `live`. */
  | { readonly kind: "away" };

/** What a transport can do; asking for more throws `unsupported` at the call. */
export interface Capabilities {
  /** put, get, remove. */
  readonly retained: boolean;
  readonly retainedSurvivesRestart: boolean;
  /** publish() runs the handlers before it resolves. */
  readonly inlineDispatch: boolean;
}

/**
 * A message bus.
 *
 * Handlers: at most one of a bus runs at a time, in order; asynchronous ones until their promise
 * settles. What a handler throws is counted and told as `handler_failed`; the next delivery goes
 * on. A handler may call everything here without deadlock.
 *
 * The connection is made in the background and made again whenever it breaks; everything
 * subscribed is then subscribed again, and what was published meanwhile waits in the outbox.
 *
 * Errors are TubesError, as rejections of the promise.
 */
export interface Bus {
  /**
   * Takes the message over into the outbox, and a copy of its bytes (a string as UTF-8). Where
   * there is room it is taken before this returns; a full outbox is waited for until
   * publishTimeout, inside a handler only while connected. One publisher's messages on one topic
   * arrive in this order. Inline it resolves once all handlers have run.
   * Rejects: invalid_topic, payload_too_large, outbox_full, closed, livelock.
   */
  publish(topic: string, payload: string | Uint8Array): Promise<void>;

  /** As publish, but does not wait for room: false if the outbox is full. */
  tryPublish(topic: string, payload: string | Uint8Array): boolean;

  /**
   * As publish, with a payload that `make` returns for the message's number: of those that this bus
   * published so on this topic, counted from 1. A publish that fails uses none.
   */
  publishNumbered(topic: string, make: (number: bigint) => string | Uint8Array): Promise<void>;

  /**
   * Resolves once the backend has accepted all that this bus published before the call. Rejects
   * timed_out, with the counts of what waits and of what was lost since the last flush; closed.
   */
  flush(timeout?: number): Promise<void>;

  /**
   * Calls `handler` for every message on the topic ("in") or below it ("in.>"), once each, also
   * where subscriptions overlap. When this resolves the subscription is live at the backend.
   * Rejects: invalid_topic, invalid_argument, refused, timed_out (naming address, cause and
   * remedy), closed.
   */
  subscribe(filter: string, handler: Handler, options?: SubscribeOptions): Promise<Subscription>;

  /**
   * Calls `handler` for every event from now on. While nobody listens, troubles are process
   * warnings.
   */
  onEvent(handler: EventHandler): Subscription;

  /**
   * Tells the event handlers of something that a layer above has found, as the typed client does.
   */
  report(event: BusEvent): void;

  /**
   * Calls `handler` for every heartbeat of a publisher, and for what else a ledger of losses must
   * know.
   */
  onPulse(handler: (pulse: Pulse) => unknown): Subscription;

  /** Runs `action` when close() is called, ahead of the handlers' turns: for layers above. */
  onClose(action: () => void): Subscription;

  /** Runs `action` once, as a handler, in `delay` ms; forgotten if the bus closes first. */
  after(delay: number, action: () => unknown): void;

  /**
   * Retained values: the last one put wins, and whoever comes later reads it. Keys follow the
   * grammar of topics. All three wait for the backend's answer until readyTimeout.
   * Reject: invalid_topic, payload_too_large, refused, timed_out, closed.
   */
  put(key: string, value: string | Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  remove(key: string): Promise<void>;

  /**
   * Drains inboxes and outbox, and ends the connection; idempotent. At the timeout (ms; default
   * 5,000) it resolves all the same: what was left is `discarded` in the ledger. Inside a handler
   * it resolves at once, no further delivery starts, and the outbox drains behind it.
   */
  close(timeout?: number): Promise<Stats>;

  /** The name of this bus among all publishers: 128 random bits in hexadecimal. */
  readonly id: string;
  stats(): Stats;
  readonly capabilities: Capabilities;
  /** What this bus takes its time from. */
  readonly clock: Clock;
}
