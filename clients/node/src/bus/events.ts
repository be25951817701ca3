/** What can happen to a bus or to its messages. */
export type EventKind =
  | "connected" //      `what` names the backend
  | "disconnected" //   `what` is the reason; also for an attempt to connect that failed
  | "subscribed" //     a background subscription to `what` is live
  | "resubscribed" //   all `count` filters are live again after a reconnect
  | "refused" //        the backend refused a subscription: `what` is "filter: reason"
  | "overflow" //       `count` messages dropped from the inbox of filter `what`
  | "too_large" //      a message over maxPayload arrived and was dropped: `what` says which
  | "expired" //        `count` messages waited in the outbox for too long, and were dropped
  | "unconfirmed" //    `count` messages were on the way when the connection broke
  | "rejected" //       the backend refused a message: `what` is its reason
  | "handler_failed" // a handler threw `what`
  | "gap" //            `count` messages of `publisher` never came: `what` is "topic: cause" (client)
  | "undecodable" //    a payload that is no message: `what` says why, with an excerpt (client)
  | "loop"; //          a reply was held back: `what` says why (client)

/** Something that happened to a bus or to its messages: never silence. */
export interface BusEvent {
  readonly kind: EventKind;
  readonly what: string;
  readonly count: number;
  /** Of a gap: whose messages. */
  readonly publisher?: string;
}

export type EventHandler = (event: BusEvent) => unknown;
