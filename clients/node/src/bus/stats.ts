/**
 * What a bus sent, in messages since it was opened:
 * published = accepted + waiting + unconfirmed + expired + discarded + rejected.
 */
export interface Sent {
  /** Taken over by publish() or tryPublish(). */
  published: number;
  /** Confirmed by the backend. */
  accepted: number;
  /** In the outbox, or on the way to the backend. */
  waiting: number;
  /** On the way when the connection broke: arrived or lost. */
  unconfirmed: number;
  /** Dropped: older than outboxAge while away. */
  expired: number;
  /** Dropped: still waiting when the bus closed. */
  discarded: number;
  /** Dropped: the backend said no. */
  rejected: number;
}

/**
 * What it received, in deliveries (one message for one subscription):
 * received = delivered + waiting + overflowed + unsubscribed + discarded.
 */
export interface Received {
  received: number;
  /** The handler was called, and ended. */
  delivered: number;
  /** In an inbox, or in a handler that still runs. */
  waiting: number;
  /** Dropped: the inbox was full. */
  overflowed: number;
  /** Dropped: the subscription ended first. */
  unsubscribed: number;
  /** Dropped: the bus closed first. */
  discarded: number;
}

/** The ledger of a bus: a consistent snapshot (docs/LEDGER.md). */
export interface Stats {
  sent: Sent;
  received: Received;
  /** Handlers that threw. */
  handlersFailed: number;
  /** Events that came faster than handlers took them. */
  eventsDropped: number;
  connected: boolean;
}
