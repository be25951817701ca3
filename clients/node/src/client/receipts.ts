import { randomBytes } from "node:crypto";
import type { Bus, Subscription } from "../bus/bus.js";
import type { Cancel } from "../bus/clock.js";
import { textOf, TubesError } from "../bus/error.js";
import { decode } from "../proto/codec.js";
import { Receipt } from "../proto/receipt.js";

const mostOpen = 10_000;
const endings: readonly string[] = ["confirmed", "sent", "failed", "unknown"];

export type QueuedHandler = (receipt: Receipt) => unknown;

interface Open {
  readonly onQueued: QueuedHandler | undefined;
  readonly resolve: (ending: Receipt) => void;
  readonly cancelTimeout: Cancel;
  isQueued: boolean;
}

/** A message that asks for a receipt. */
export interface Asked {
  readonly id: string;
  /** Never rejects. */
  readonly ending: Promise<Receipt>;
}

/** The messages of a client that wait for their endings: each gets exactly one. */
export class Receipts {
  private readonly open = new Map<string, Open>();
  private readonly name = randomBytes(16).toString("hex");
  private count = 0;
  private isClosed = false;
  private end: Subscription | undefined;

  /** `timeout` in ms. */
  constructor(
    private readonly bus: Bus,
    private readonly timeout: number,
  ) {}

  /** Throws `closed`, and `outbox_full` while 10,000 wait. */
  ask(onQueued?: QueuedHandler): Asked {
    this.requireRoom();
    this.end ??= this.bus.onClose(() => this.close("the bus"));
    const id = `${this.name}-${++this.count}`;
    const ending = new Promise<Receipt>((resolve) => {
      const cancelTimeout = this.bus.clock.after(this.timeout, () => this.late(id), false);
      this.open.set(id, { onQueued, resolve, cancelTimeout, isQueued: false });
    });
    return { id, ending };
  }

  /** It was not published. */
  forget({ id }: Asked): void {
    this.open.get(id)?.cancelTimeout();
    this.open.delete(id);
  }

  /** What is late, said twice, or somebody else's is passed over. */
  arrived(payload: Buffer): void {
    const message = decode("receipts", payload).envelope?.message;
    if (!(message instanceof Receipt)) return;
    if (endings.includes(message.state)) this.ended(message);
    else if (message.state === "queued") this.queued(message);
  }

  close(who = "the client"): void {
    this.isClosed = true;
    this.end?.cancel();
    for (const id of [...this.open.keys()])
      this.lost(id, "closed", `${who} was closed before an ending came`);
  }

  private requireRoom(): void {
    if (this.isClosed)
      throw new TubesError("closed", "the client is closed: it hears of no receipts");
    if (this.open.size >= mostOpen)
      throw new TubesError(
        "outbox_full",
        `${mostOpen} messages wait for their receipts already; wait for some of them, or ask for ` +
          "fewer",
      );
  }

  private late(id: string): void {
    this.lost(id, "timeout", `no ending came within ${this.timeout} ms`);
  }

  private lost(id: string, code: string, reason: string): void {
    this.ended(new Receipt({ id, state: "unknown", code, reason }));
  }

  private ended(receipt: Receipt): void {
    const open = this.open.get(receipt.id);
    if (!open) return;
    this.open.delete(receipt.id);
    open.cancelTimeout();
    open.resolve(receipt);
  }

  private queued(receipt: Receipt): void {
    const open = this.open.get(receipt.id);
    if (!open || open.isQueued) return;
    open.isQueued = true;
    if (open.onQueued) void this.tell(open.onQueued, receipt);
  }

  private async tell(handler: QueuedHandler, receipt: Receipt): Promise<void> {
    try {
      await handler(receipt);
    } catch (error) {
      this.bus.report({ kind: "handler_failed", what: textOf(error), count: 1 });
    }
  }
}
