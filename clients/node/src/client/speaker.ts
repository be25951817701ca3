import { requirePublishable } from "../proto/checks.js";
import type { Described } from "../proto/describe.js";
import type { Receipt } from "../proto/receipt.js";
import type { Outgoing } from "./outgoing.js";
import type { Receipts } from "./receipts.js";
import { isAsking, requireHow, type How, type Said } from "./saying.js";
import type { Topics } from "./topics.js";

/** Says things, and finds out what became of them. */
export class Speaker {
  private isHearing = false;
  private hearing: Promise<void> | undefined;

  constructor(
    private readonly topics: Topics,
    private readonly outgoing: Outgoing,
    private readonly receipts: Receipts,
  ) {}

  /** `make` makes the message for its id, which is empty where no receipt is asked for. */
  async say(make: (id: string) => Described, how: How): Promise<Said> {
    requireHow(how);
    if (!isAsking(how)) return this.outgoing.publish(make(""));
    requirePublishable(make("")); // before anything is subscribed to for it
    if (!this.isHearing) await this.hear();
    return this.ask(make, how.onQueued);
  }

  /** Live before the first message that asks: else its receipts might be missed. */
  private async hear(): Promise<void> {
    try {
      await (this.hearing ??= this.topics.hear("receipts"));
      this.isHearing = true;
    } catch (error) {
      this.hearing = undefined; // the next one tries again
      throw error;
    }
  }

  private async ask(
    make: (id: string) => Described,
    onQueued: ((receipt: Receipt) => unknown) | undefined,
  ): Promise<Receipt> {
    const asked = this.receipts.ask(onQueued);
    try {
      await this.outgoing.publish(make(asked.id));
    } catch (error) {
      this.receipts.forget(asked);
      throw error;
    }
    return asked.ending;
  }
}
