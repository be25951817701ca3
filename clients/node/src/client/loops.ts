import type { Message } from "../proto/message.js";
import { Breaker, type Partner } from "./breaker.js";
import { OwnNicks } from "./nicks.js";

/** Whom a reply answers. */
export interface Answered extends Partner {
  /** The network's bot mode says that a bot sent it. */
  readonly bot?: boolean;
  /** The bot itself said it. */
  readonly self?: boolean;
}

/** Bots never answer bots: decides which replies are said. */
export class Loops {
  readonly nicks = new OwnNicks();
  private readonly breaker = new Breaker();

  /** `told` hears why a reply is held back. */
  constructor(private readonly told: (why: string) => void) {}

  heard(message: Message): void {
    this.nicks.heard(message);
  }

  /** What the bot itself said has no answer, whatever the options are. */
  mayAnswer(to: Answered, now: number): boolean {
    if (!to.self) return true;
    if (this.breaker.ignores(to, now)) this.tell(to, "that is this bot itself");
    return false;
  }

  /** `now` in ms. Why not is told once until 60 s have passed in which there was no reply to hold. */
  mayReply(to: Answered, text: string, now: number): boolean {
    const never = this.whyNever(to);
    if (never) {
      if (this.breaker.ignores(to, now)) this.tell(to, never);
      return false;
    }
    const { allowed, opens } = this.breaker.reply(to, text, now);
    if (opens) this.tell(to, `${opens}; silent until 60 s without one`);
    return allowed;
  }

  private whyNever(to: Answered): string | undefined {
    if (to.bot) return "the sender is marked as a bot";
    return this.nicks.isOwn(to.sender, to.network) ? "that is this bot itself" : undefined;
  }

  private tell({ sender, channel, network }: Answered, why: string): void {
    this.told(`no reply to ${sender} in ${channel}${network ? ` on ${network}` : ""}: ${why}`);
  }
}
