import type { Bus, Subscription } from "../bus/bus.js";
import type { EventHandler } from "../bus/events.js";
import type { Described, MessageType, Role } from "../proto/describe.js";
import { DirectedPrivmsg } from "../proto/in.js";
import { WebIn, type Envelope, type Message } from "../proto/message.js";
import * as Out from "../proto/out.js";
import type { Receipt } from "../proto/receipt.js";
import { commandsAnswer, type Command } from "./commands.js";
import type { Losses } from "./gaps.js";
import type { Answered } from "./loops.js";
import type { ClientOptions } from "./options.js";
import { Outgoing } from "./outgoing.js";
import { Receipts } from "./receipts.js";
import { Replies } from "./replies.js";
import {
  networkOf,
  type Answering,
  type AnsweringAsked,
  type Asking,
  type How,
  type Said,
  type Saying,
} from "./saying.js";
import { Speaker } from "./speaker.js";
import { Topics } from "./topics.js";

const receiptTimeout = 600_000; // ms

type TypeOf<T> = { new (data: never): T; readonly description: MessageType["description"] };

/**
 * The typed client: messages instead of payloads. A bot is a few lines on it:
 *
 *     const irc = new Client(open("zmq://127.0.0.1:5550"));
 *     await irc.on(In.Privmsg, (m) => {
 *       if (m.message === "hello") return irc.reply(m, `Hello ${m.sender}`);
 *     });
 *
 * Handlers follow the rules of Bus: at most one runs at a time, in order, asynchronous ones until
 * their promise settles. What cannot be published although nobody waits for the promise is an
 * event `rejected`, and no unhandled rejection.
 */
export class Client {
  private readonly topics: Topics;
  private readonly outgoing: Outgoing;
  private readonly receipts: Receipts;
  private readonly speaker: Speaker;
  private readonly replies: Replies;
  private readonly events: Subscription[] = [];

  /** The bus stays the caller's: to end it all, close the bus. */
  constructor(
    readonly bus: Bus,
    private readonly options: ClientOptions = {},
  ) {
    this.topics = new Topics(bus, options, {
      heard: (message) => this.replies.heard(message),
      live: () => void this.replies.learnNick(),
      arrivedReceipt: (payload) => this.receipts.arrived(payload),
    });
    this.outgoing = new Outgoing(bus, this.topics);
    this.receipts = new Receipts(bus, options.receiptTimeout ?? receiptTimeout);
    this.speaker = new Speaker(this.topics, this.outgoing, this.receipts);
    this.replies = new Replies(bus, this.speaker, options.answerBots ?? false);
  }

  /**
   * Calls `handler` for every message of a type. The first of a topic's types subscribes to the
   * topic: when this resolves, it is live. Rejects as Bus.subscribe does, and the handler is then
   * not added. What is no message is an event `undecodable`, never an exception.
   */
  on<T extends Described>(type: TypeOf<T>, handler: (message: T) => unknown): Promise<void>;
  on(type: typeof WebIn, handler: (message: WebIn) => unknown): Promise<void>;
  async on(
    type: TypeOf<unknown> | typeof WebIn,
    handler: (message: never) => unknown,
  ): Promise<void> {
    const role = type === WebIn ? "web_in" : (type as TypeOf<unknown>).description?.role;
    if (!role || typeof handler !== "function")
      throw new TypeError("on() takes a type such as In.Privmsg, and a function");
    await this.onEnvelope(role, ({ message }) =>
      message instanceof type ? handler(message as never) : undefined,
    );
  }

  /** Every envelope of a topic, of whatever type: for relays and loggers. */
  async onEnvelope(role: Role | "web_in", handler: (envelope: Envelope) => unknown): Promise<void> {
    const live = this.topics.add(role, handler);
    const waits = role === "in" && this.options.subscribe?.ready !== "background";
    await Promise.all([live, waits ? this.replies.learnNick() : undefined]);
  }

  /** The bus's events, and those that its clients report (`gap`, `undecodable`, `loop`). */
  onEvent(handler: EventHandler): void {
    this.events.push(this.bus.onEvent(handler));
  }

  /**
   * The messages that never came, on the topics that this client has handlers for: the sums of the
   * `gap` events. Of publishers that send no `meta` nothing is known.
   */
  losses(): Losses {
    return this.topics.losses;
  }

  /**
   * Publishes on the topic that the message's type belongs to, with the bus's id and the message's
   * number in `meta`; web_in has no `meta`. Rejects as Bus.publish does, and with a TypeError for a
   * field of another type, and an `id` of more than 128 bytes. An UnknownType has no topic of its
   * own and is refused: encode() it and publish the payload on the bus.
   */
  publish(message: Message): Promise<void> {
    return this.outgoing.told(this.outgoing.publish(message));
  }

  /**
   * Says `text` in a channel or to a nick ("#pdxbots", "#a,#b"); the network may be left out. With
   * `{ receipt: true }` it resolves with what became of it: see Asking. Rejects with a TypeError
   * for what is no text, and for options that are not there.
   */
  say(to: string, text: string, how: Asking): Promise<Receipt>;
  say(to: string, text: string, how?: string | Saying): Promise<void>;
  say(to: string, text: string, how: How = ""): Promise<Said> {
    return this.said(
      (id) => new Out.Privmsg({ to, message: text, network: networkOf(how), id }),
      how,
    );
  }

  /** "/me text". */
  action(to: string, text: string, how: Asking): Promise<Receipt>;
  action(to: string, text: string, how?: string | Saying): Promise<void>;
  action(to: string, text: string, how: How = ""): Promise<Said> {
    return this.said(
      (id) => new Out.PrivmsgAction({ to, message: text, network: networkOf(how), id }),
      how,
    );
  }

  /** An IRC line as it is, if the bridge lets its command pass. */
  raw(command: string, how: Asking): Promise<Receipt>;
  raw(command: string, how?: string | Saying): Promise<void>;
  raw(command: string, how: How = ""): Promise<Said> {
    return this.said((id) => new Out.Raw({ command, network: networkOf(how), id }), how);
  }

  /**
   * Answers where the message came from: the right network, the channel or the private chat.
   * False, and an event `loop`, where it is held back so that bots do not answer bots: the sender
   * is marked as a bot, is this bot itself, or got more than 5 replies of the same text, or 20 of
   * any, within 60 s (one event each time that begins). Rejects with a TypeError for a Notice,
   * which is never answered, and for what has no sender or channel.
   * With `{ receipt: true }` it resolves with what became of it, as say() does, or with false.
   */
  reply(message: Described & Answered, text: string, how: AnsweringAsked): Promise<Receipt | false>;
  reply(message: Described & Answered, text: string, how?: Answering): Promise<boolean>;
  reply(
    message: Described & Answered,
    text: string,
    how: Answering | AnsweringAsked = {},
  ): Promise<Receipt | boolean> {
    return this.outgoing.told(this.replies.answer(message, message?.channel, [text], how));
  }

  /** Of the original API: `to` is a target or a list of them, with one message each. */
  async sendPrivmsg(to: string | readonly string[], message: string): Promise<void> {
    await Promise.all([to].flat().map((each) => this.say(each, message)));
  }

  /** As sendPrivmsg, as "/me" does. */
  async sendAction(to: string | readonly string[], message: string): Promise<void> {
    await Promise.all([to].flat().map((each) => this.action(each, message)));
  }

  /**
   * Says it in the admins' channels, the retained `admin_spew_channels`; false if there are none.
   */
  sendAdminMessage(message: string): Promise<boolean> {
    return this.outgoing.told(this.saidToAdmins(message));
  }

  /**
   * Announces `SERVICE online!` to the admins, and answers what is addressed to the bot: `commands`
   * with `SERVICE: NAME - DESCRIPTION` of each, `services` with the service's name, both to the
   * sender, as reply() does.
   */
  async registerCommands(service: string, commands: readonly Command[]): Promise<void> {
    await this.on(DirectedPrivmsg, (m) => {
      const lines = commandsAnswer(service, commands, m.message);
      return this.outgoing.told(this.replies.answer(m, m.sender, lines));
    });
    await this.sendAdminMessage(`${service} online!`);
  }

  /**
   * Ends the client's subscriptions, and waits for its running handler. The bus stays open. What
   * waits for a receipt ends as `unknown`, with the code `closed`.
   */
  async close(): Promise<void> {
    this.receipts.close();
    for (const each of this.events.splice(0)) each.cancel();
    await this.topics.reset();
  }

  private said<T extends Said>(make: (id: string) => Described, how: How): Promise<T> {
    return this.outgoing.told(this.speaker.say(make, how)) as Promise<T>;
  }

  private async saidToAdmins(message: string): Promise<boolean> {
    const channels = String((await this.bus.get("admin_spew_channels")) ?? "");
    if (channels) await this.say(channels, message);
    return channels !== "";
  }
}
