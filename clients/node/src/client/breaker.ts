/** To whom a reply goes. */
export interface Partner {
  readonly network: string;
  readonly channel: string;
  readonly sender: string;
}

const span = 60_000; // ms
const mostAlike = 5;
const mostInAll = 20;
const mostPartners = 10_000;

interface Talk {
  replies: { readonly at: number; readonly text: string }[];
  isOpen: boolean;
  /** That this one is never answered has been told. */
  isIgnored: boolean;
  /** When a reply was wanted last. */
  wanted: number;
}

/**
 * Ends conversations that repeat themselves: more than 5 replies of the same text, or more than 20
 * of any, to the same sender in the same channel of the same network within 60 s open it. It closes
 * after 60 s in which no reply to that sender was wanted.
 */
export class Breaker {
  private readonly talks = new Map<string, Talk>(); // the one that was silent longest first

  /** `now` in ms. Whether the reply may be said; `opens` is why not, once per opening. */
  reply(partner: Partner, text: string, now: number): { allowed: boolean; opens?: string } {
    const talk = this.talk(partner, now);
    const isQuiet = now - talk.wanted >= span;
    talk.wanted = now;
    if (talk.isOpen && !isQuiet) return { allowed: false };
    if (isQuiet) Object.assign(talk, { isOpen: false, replies: [] });
    talk.replies = talk.replies.filter((reply) => now - reply.at < span);
    const why = this.excess(talk, text);
    if (why) talk.isOpen = true;
    else talk.replies.push({ at: now, text });
    return why ? { allowed: false, opens: why } : { allowed: true };
  }

  /** Somebody who is never answered: whether to tell it, once until 60 s without a reply wanted. */
  ignores(partner: Partner, now: number): boolean {
    const talk = this.talk(partner, now);
    const begins = !talk.isIgnored || now - talk.wanted >= span;
    Object.assign(talk, { wanted: now, isIgnored: true });
    return begins;
  }

  private talk({ network, channel, sender }: Partner, now: number): Talk {
    const key = [network, channel, sender].join(" ").toLowerCase();
    const talk = this.talks.get(key) ?? {
      replies: [],
      isOpen: false,
      isIgnored: false,
      wanted: now,
    };
    this.talks.delete(key);
    this.talks.set(key, talk);
    if (this.talks.size > mostPartners) this.talks.delete(this.talks.keys().next().value!);
    return talk;
  }

  private excess({ replies }: Talk, text: string): string | undefined {
    const alike = replies.filter((reply) => reply.text === text).length;
    if (alike >= mostAlike)
      return `more than ${mostAlike} replies of the same text within ${span / 1_000} s`;
    if (replies.length >= mostInAll)
      return `more than ${mostInAll} replies within ${span / 1_000} s`;
    return undefined;
  }
}
