import { describe, optionalText, text } from "./describe.js";

const network = optionalText;

/** Say something; `to` is a channel or nick, or several joined by commas. */
export const Privmsg = describe("out", "privmsg", { to: text, message: text, network });
export type Privmsg = InstanceType<typeof Privmsg>;

/** Say it as "/me" does. */
export const PrivmsgAction = describe("out", "privmsg_action", {
  to: text,
  message: text,
  network,
});
export type PrivmsgAction = InstanceType<typeof PrivmsgAction>;

/** Send an IRC line as it is, if the bridge allows its command. */
export const Raw = describe("out", "raw", { command: text, network });
export type Raw = InstanceType<typeof Raw>;
