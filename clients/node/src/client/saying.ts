import type { Receipt } from "../proto/receipt.js";
import type { QueuedHandler } from "./receipts.js";

/** How something is said. */
export interface Saying {
  /** Without it, on the only or the default one. */
  readonly network?: string;
  readonly receipt?: false;
}

/**
 * Something of which it is to be known what became of it: the promise resolves with its ending, a
 * Receipt whose `state` is `confirmed`, `sent`, `failed` or `unknown`; all of them are values, none
 * is a rejection. Without an ending within `receiptTimeout`, and where client or bus is closed, it
 * is `unknown`, with the code `timeout` or `closed`.
 *
 * It rejects where nothing was published: as publish() does; `timed_out` where the topic of
 * receipts cannot be subscribed to; and `outbox_full` while 10,000 messages wait for their endings.
 *
 * A handler that returns or awaits the promise holds up the handlers behind it until the ending.
 */
export interface Asking extends Omit<Saying, "receipt"> {
  readonly receipt: true;
  /** Called when the bridge says that it has accepted the message, between the handlers' turns. */
  readonly onQueued?: QueuedHandler;
}

/** As a program gives it: of the network the name alone will do. */
export type How = string | Saying | Asking;

export type Said = Receipt | void;

export function networkOf(how: How): string {
  return typeof how === "string" ? how : (how.network ?? "");
}

export function isAsking(how: How | undefined): how is Asking {
  return typeof how === "object" && how.receipt === true;
}
