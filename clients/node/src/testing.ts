import type { Bus, Delivery } from "./bus/bus.js";
import { VirtualClock } from "./bus/clock.js";
import type { BusEvent } from "./bus/events.js";
import { Client } from "./client/client.js";
import type { ClientOptions } from "./client/options.js";
import { open } from "./open.js";
import { decode } from "./proto/codec.js";
import * as In from "./proto/in.js";
import type { Message } from "./proto/message.js";
import * as Out from "./proto/out.js";
import { Receipt, type ReceiptState } from "./proto/receipt.js";

let tests = 0;

/** What may be said of who speaks, where and when. */
export interface Speaker {
  readonly network?: string;
  readonly servicesAccount?: string;
  readonly bot?: boolean;
  readonly self?: boolean;
  readonly time?: string;
  readonly msgid?: string;
}

/** How a message ends: `confirmed`, or with its cause. */
export interface Ending {
  readonly state: ReceiptState;
  readonly code?: string;
  readonly reason?: string;
}

/**
 * A bot on the in-memory bus, with the world around it played by its test: no server, no socket and
 * no sleep. Everything that a call sets off has been handled when it resolves.
 */
export class BotTest {
  /** Everything that the bus and the bot's client told, in order. */
  readonly events: BusEvent[] = [];
  private readonly heard: Out.Privmsg[] = [];
  private ending: Ending | undefined = { state: "confirmed" };

  private constructor(
    readonly bus: Bus,
    readonly irc: Client,
    private readonly world: Client,
    private readonly clock: VirtualClock,
  ) {
    irc.onEvent((event) => this.events.push(event));
  }

  /** Starts `bot` on a bus of its own; it may be asynchronous, and is waited for. */
  static async of(bot: (irc: Client) => unknown, options: ClientOptions = {}): Promise<BotTest> {
    const clock = new VirtualClock();
    const url = `memory://bot-test-${++tests}`;
    const bus = open(url, { clock });
    const test = new BotTest(
      bus,
      new Client(bus, options),
      new Client(open(url, { clock })),
      clock,
    );
    // As it arrives, for a handler of the bot may wait for what comes of it.
    const onArrival = ({ payload }: Delivery) => test.bridge(payload);
    await test.world.bus.subscribe("out", () => undefined, { onArrival });
    await bot(test.irc);
    return test;
  }

  /** `sender` says `message` in `channel`; in a private chat `channel` is the sender's nick. */
  hears(sender: string, channel: string, message: string, speaker: Speaker = {}): Promise<void> {
    return this.receives(new In.Privmsg({ sender, channel, message, ...speaker }));
  }

  /** As hears(), addressed to the bot: a `directed_privmsg` follows, as the bridge sends it. */
  async isTold(
    sender: string,
    channel: string,
    message: string,
    speaker: Speaker = {},
  ): Promise<void> {
    const rawMessage = `!${message}`;
    await this.hears(sender, channel, rawMessage, speaker);
    await this.receives(
      new In.DirectedPrivmsg({ sender, channel, message, rawMessage, ...speaker }),
    );
  }

  /**
   * What the bridge says from now on of each message that asks for a receipt: `queued`, and then
   * this ending; nothing, if there is none. Before this is called: `confirmed`.
   */
  answers(ending: Ending | undefined): void {
    this.ending = ending;
  }

  /** Any message of the bridge's, receipts too. */
  receives(message: Message): Promise<void> {
    return this.world.publish(message);
  }

  /** What the bot has said since this was last asked: target and text of each. */
  said(): [to: string, text: string][] {
    return this.saidMessages().map(({ to, message }) => [to, message]);
  }

  /** As said(), whole. */
  saidMessages(): Out.Privmsg[] {
    return this.heard.splice(0);
  }

  /** Lets `ms` pass: timers of `bus.after` run. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  async close(): Promise<void> {
    await this.bus.close();
    await this.world.bus.close();
  }

  /** What the bot sends, as the bridge takes it. */
  private bridge(payload: Buffer): void {
    const message = decode("out", payload).envelope?.message;
    if (message instanceof Out.Privmsg) this.heard.push(message);
    const { id } = (message ?? {}) as { readonly id?: string };
    if (!id || !this.ending) return;
    void this.world.publish(new Receipt({ id, state: "queued" }));
    void this.world.publish(new Receipt({ id, ...this.ending }));
  }
}

/** `const bot = await testBot(greeter)`: see BotTest. */
export function testBot(bot: (irc: Client) => unknown, options?: ClientOptions): Promise<BotTest> {
  return BotTest.of(bot, options);
}
