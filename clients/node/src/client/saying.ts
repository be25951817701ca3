import { kindOf } from "../proto/checks.js";
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

/** Of an answer: it goes to the network of what it answers. */
export type Answering = Omit<Saying, "network">;
export type AnsweringAsked = Omit<Asking, "network">;

export type Said = Receipt | void;

export function networkOf(how: How): string {
  return typeof how === "string" ? how : (how.network ?? "");
}

export function isAsking(how: How | undefined): how is Asking {
  return typeof how === "object" && how.receipt === true;
}

const options = ["network", "receipt", "onQueued"];

/** Throws a TypeError for what a program without types may give: else it would be passed over. */
export function requireHow(how: unknown): void {
  if (typeof how !== "string") requireOptions(how, options, "a network's name or an object");
}

export function requireAnswering(how: unknown): void {
  requireOptions(how, options.slice(1), "an object");
}

function requireOptions(how: unknown, known: readonly string[], expected: string): void {
  if (typeof how !== "object" || how === null || Array.isArray(how))
    throw new TypeError(`the options must be ${expected}, not ${kindOf(how)}`);
  const unknown = Object.keys(how).find((each) => !known.includes(each));
  if (unknown !== undefined)
    throw new TypeError(`there is no option "${unknown}"; there are ${known.join(", ")}`);
  requireValues(how);
}

function requireValues(how: { network?: unknown; receipt?: unknown; onQueued?: unknown }): void {
  const { network, receipt, onQueued } = how;
  if (network !== null) requireType("network", network, "string", "a string");
  requireType("receipt", receipt, "boolean", "true or false");
  requireType("onQueued", onQueued, "function", "a function");
  if (onQueued && receipt !== true)
    throw new TypeError("onQueued is called only with receipt: true");
}

/** What may be left out may be undefined. */
function requireType(name: string, value: unknown, type: string, expected: string): void {
  if (value !== undefined && typeof value !== type)
    throw new TypeError(`${name} must be ${expected}, not ${kindOf(value)}`);
}
