import {
  describe,
  nicks,
  number,
  optionalFlag,
  optionalText,
  optionalTexts,
  text,
  texts,
} from "./describe.js";

const network = optionalText;
const somewhere = { sender: text, channel: text };
/**
 * What the network tells of the sender: the services account (a nick alone is no identity), and its
 * mark of bots.
 */
const speaker = { servicesAccount: optionalText, bot: optionalFlag };
/**
 * What the server says of the message: when it happened, in UTC ("2012-04-01T10:00:00.000Z"), and a
 * name that only this message has. Empty where it does not say.
 */
const stamp = { time: optionalText, msgid: optionalText };
/** The bot itself said it: never answer. */
const self = optionalFlag;
/** `netjoin` or `netsplit`, where the server says that this is one of many; else empty. */
const batch = optionalText;

/** Someone said something. In a private message `channel` is the sender's nick. */
export const Privmsg = describe("in", "privmsg", {
  ...somewhere,
  message: text,
  network,
  ...speaker,
  ...stamp,
  self,
});
export type Privmsg = InstanceType<typeof Privmsg>;

/** "/me waves": `message` is the text alone. */
export const PrivmsgAction = describe("in", "privmsg_action", {
  ...somewhere,
  message: text,
  network,
  ...speaker,
  ...stamp,
  self,
});
export type PrivmsgAction = InstanceType<typeof PrivmsgAction>;

/** A `privmsg` addressed to the bot: `message` has the address removed, `rawMessage` is whole. */
export const DirectedPrivmsg = describe("in", "directed_privmsg", {
  ...somewhere,
  message: text,
  rawMessage: text,
  network,
  ...speaker,
  ...stamp,
});
export type DirectedPrivmsg = InstanceType<typeof DirectedPrivmsg>;

/** A NOTICE. Never answer one. */
export const Notice = describe("in", "notice", {
  ...somewhere,
  message: text,
  network,
  ...speaker,
  ...stamp,
  self,
});
export type Notice = InstanceType<typeof Notice>;

/** Someone joined a channel. */
export const Join = describe("in", "join", {
  ...somewhere,
  network,
  servicesAccount: optionalText,
  ...stamp,
  batch,
});
export type Join = InstanceType<typeof Join>;

/** Someone left a channel; `message` is the reason. */
export const Part = describe("in", "part", {
  ...somewhere,
  message: optionalText,
  network,
  ...stamp,
});
export type Part = InstanceType<typeof Part>;

/** Someone left the network; `message` is the reason. */
export const Quit = describe("in", "quit", {
  sender: text,
  message: optionalText,
  network,
  ...stamp,
  batch,
});
export type Quit = InstanceType<typeof Quit>;

/** Someone changed a channel's topic. */
export const Topic = describe("in", "topic", { ...somewhere, topic: text, network, ...stamp });
export type Topic = InstanceType<typeof Topic>;

/** Who is in a channel. */
export const Names = describe("in", "names", { channel: text, nicks, network });
export type Names = InstanceType<typeof Names>;

/** `sender` removed `nick` from a channel; `message` is the reason. */
export const Kick = describe("in", "kick", {
  ...somewhere,
  nick: text,
  message: optionalText,
  network,
  ...stamp,
});
export type Kick = InstanceType<typeof Kick>;

/** `sender` is called `nick` from now on. */
export const Nick = describe("in", "nick", { sender: text, nick: text, network, ...stamp });
export type Nick = InstanceType<typeof Nick>;

/** A change of modes ("+ov-b") and the list of what it applies to. `channel` may be a nick. */
export const Mode = describe("in", "mode", {
  ...somewhere,
  mode: text,
  arguments: optionalTexts,
  network,
  ...stamp,
});
export type Mode = InstanceType<typeof Mode>;

/** `sender` asks `nick` to join a channel. */
export const Invite = describe("in", "invite", { ...somewhere, nick: text, network, ...stamp });
export type Invite = InstanceType<typeof Invite>;

/** The bridge is registered at the network as `nick`. */
export const Connected = describe("in", "connected", { nick: text, network });
export type Connected = InstanceType<typeof Connected>;

/** The bridge lost the network, and will try again. */
export const Disconnected = describe("in", "disconnected", { reason: text, network });
export type Disconnected = InstanceType<typeof Disconnected>;

/** The sender logged in to services, or out: `servicesAccount` is empty (IRCv3 account-notify). */
export const Account = describe("in", "account", {
  sender: text,
  servicesAccount: optionalText,
  network,
  ...stamp,
});
export type Account = InstanceType<typeof Account>;

/** The sender is away, and `message` is why; or is back: it is empty (IRCv3 away-notify). */
export const Away = describe("in", "away", {
  sender: text,
  message: optionalText,
  network,
  ...stamp,
});
export type Away = InstanceType<typeof Away>;

/** The sender has another real name (IRCv3 setname). */
export const Setname = describe("in", "setname", {
  sender: text,
  realname: text,
  network,
  ...stamp,
});
export type Setname = InstanceType<typeof Setname>;

/** The sender has another user name and host (IRCv3 chghost). */
export const Chghost = describe("in", "chghost", {
  sender: text,
  user: text,
  host: text,
  network,
  ...stamp,
});
export type Chghost = InstanceType<typeof Chghost>;

/** Two servers lost each other: told once, behind the quits of all these nicks. */
export const Netsplit = describe("in", "netsplit", { servers: texts, nicks: texts, network });
export type Netsplit = InstanceType<typeof Netsplit>;

/** They found each other again: told once, behind the joins of all these nicks. */
export const Netjoin = describe("in", "netjoin", { servers: texts, nicks: texts, network });
export type Netjoin = InstanceType<typeof Netjoin>;

/** How long the network took to answer the bridge, which measures it itself. */
export const Lag = describe("in", "lag", { milliseconds: number, network });
export type Lag = InstanceType<typeof Lag>;
