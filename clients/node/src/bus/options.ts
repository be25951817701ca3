import type { Delivery } from "./bus.js";
import type { Clock } from "./clock.js";

/** Which message a full inbox drops. Either way it is counted, and an `overflow` event tells it. */
export type Overflow = "drop_oldest" | "drop_newest";

/** When subscribe() resolves: once the subscription is live, or at once (an event says when). */
export type Ready = "wait" | "background";

export interface SubscribeOptions {
  /** Messages; default 100,000. */
  inboxMessages?: number;
  /** Bytes of payloads; default 64 MiB. */
  inboxBytes?: number;
  /** Default `drop_oldest`. */
  overflow?: Overflow;
  /** Default `wait`. */
  ready?: Ready;
  /**
   * For layers above: called with each delivery as it arrives, ahead of the handlers' turns. It
   * neither waits nor throws.
   */
  onArrival?: (delivery: Delivery) => void;
}

/** Sizes in bytes, times in milliseconds. */
export interface BusOptions {
  /** More is not published, and not taken; default 1 MiB. */
  maxPayload?: number;
  /** The outbox is full once messages of this size in all wait; default 16 MiB. */
  outboxBytes?: number;
  /** What waited longer than this while away is dropped; default 60,000. */
  outboxAge?: number;
  /** How long publish() waits for room in the outbox; default 5,000. */
  publishTimeout?: number;
  /** How long subscribe, put, get and remove wait; default 5,000. */
  readyTimeout?: number;
  /** One attempt to connect; default 3,000. */
  connectTimeout?: number;
  /** The first retry's longest delay, which doubles; default 50. */
  backoffFirst?: number;
  /** No retry waits longer than this; default 5,000. */
  backoffLongest?: number;
  /**
   * How often changed numbers are stated (docs/LEDGER.md); 0: never, but for first and last.
   * Default 5,000.
   */
  heartbeat?: number;
  /** Tell whoever asks which buses are there (`tubes stats`); default true. */
  answerStats?: boolean;
  /** For that answer; default: the program's name and the process id. */
  name?: string;
  /** Default: the system's. */
  clock?: Clock;
}

export type Settled<Options> = Readonly<Required<Options>>;
