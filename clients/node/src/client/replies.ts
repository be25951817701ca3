import type { Bus } from "../bus/bus.js";
import { requirePublishable } from "../proto/checks.js";
import { Described } from "../proto/describe.js";
import { Notice } from "../proto/in.js";
import type { Message } from "../proto/message.js";
import { Privmsg } from "../proto/out.js";
import type { Receipt } from "../proto/receipt.js";
import { Loops, type Answered } from "./loops.js";
import { isAsking, requireAnswering, type Answering, type AnsweringAsked } from "./saying.js";
import type { Speaker } from "./speaker.js";

/** Answers messages, but not those that bots must not answer. */
export class Replies {
  private readonly loops: Loops;

  constructor(
    private readonly bus: Bus,
    private readonly speaker: Speaker,
    private readonly answerBots: boolean,
  ) {
    this.loops = new Loops((why) => bus.report({ kind: "loop", what: why, count: 1 }));
  }

  /** A message of topic `in`. */
  heard(message: Message): void {
    this.loops.heard(message);
  }

  /**
   * A client that starts late hears no `connected`; the bridge keeps its nick where the bus can.
   */
  async learnNick(): Promise<void> {
    if (this.answerBots || !this.bus.capabilities.retained) return;
    const nick = await this.bus.get("nick").catch(() => undefined);
    if (nick) this.loops.nicks.retained = String(nick);
  }

  /**
   * Says all lines to `to`, on the message's network, or none; resolves with the first one's
   * receipt, if that is asked for.
   */
  async answer(
    message: Described & Answered,
    to: string,
    lines: readonly string[],
    how: Answering | AnsweringAsked = {},
  ): Promise<Receipt | boolean> {
    requireAnswerable(message);
    requireAnswering(how);
    const { network } = message;
    const answer = (line: string, id = "") => new Privmsg({ to, message: line, network, id });
    for (const line of lines) requirePublishable(answer(line));
    if (lines.length === 0 || !this.mayReply(message, lines.join("\n"))) return false;
    const say = (line: string) => this.speaker.say((id) => answer(line, id), how);
    const [first] = await Promise.all(lines.map(say));
    return isAsking(how) ? first! : true;
  }

  private mayReply(message: Answered, text: string): boolean {
    const now = this.bus.clock.now();
    if (!this.loops.mayAnswer(message, now)) return false;
    return this.answerBots || this.loops.mayReply(message, text, now);
  }
}

function requireAnswerable(message: Described & Answered): void {
  if (message instanceof Notice)
    throw new TypeError("a NOTICE is never answered: bots that do talk to each other for ever");
  if (!(message instanceof Described) || !message.channel || !message.sender)
    throw new TypeError("reply() takes a message that has a sender and a channel");
}
