import { describe, optionalText, text } from "./describe.js";

const network = optionalText;
/**
 * The sender's own name for the message, at most 128 bytes: what becomes of it is told on topic
 * `receipts`. Client.say() and its like make one where a receipt is asked for; empty: none is.
 */
const id = optionalText;

/** Say something; `to` is a channel or nick, or several joined by commas. */
export const Privmsg = describe("out", "privmsg", { to: text, message: text, network, id });
export type Privmsg = InstanceType<typeof Privmsg>;

/** Say it as "/me" does. */
export const PrivmsgAction = describe("out", "privmsg_action", {
  to: text,
  message: text,
  network,
  id,
});
export type PrivmsgAction = InstanceType<typeof PrivmsgAction>;

/** Send an IRC line as it is, if the bridge allows its command. */
export const Raw = describe("out", "raw", { command: text, network, id });
export type Raw = InstanceType<typeof Raw>;
