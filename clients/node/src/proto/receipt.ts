import { describe, optionalText, text, type Description } from "./describe.js";

/**
 * `queued`: the bridge accepted the message; comes once and first. Then exactly one ending:
 * `confirmed`: the server sent it back to us, or answered what a `raw` asked;
 * `sent`: the server has processed it, and complained of nothing;
 * `failed`: it was not said, or not all of it;
 * `unknown`: nobody can tell, for something broke.
 */
export type ReceiptState = "queued" | "confirmed" | "sent" | "failed" | "unknown";

const OfTopicReceipts = describe("receipts", "receipt", {
  id: text,
  /** A ReceiptState, unless the bridge is newer than this. */
  state: text,
  network: optionalText,
  code: optionalText,
  reason: optionalText,
  time: optionalText,
  msgid: optionalText,
});

/**
 * How a message on `out` with this `id` stands, or how it ended. `code` is the cause for programs
 * ("404", "expired", "connection_lost", "timeout"), `reason` that for people; `time` and `msgid`
 * are those of what the server sent back.
 */
export class Receipt extends OfTopicReceipts {
  static override readonly description: Description = {
    ...OfTopicReceipts.description,
    make: (data) => new Receipt(data as ConstructorParameters<typeof OfTopicReceipts>[0]),
  };

  override get description(): Description {
    return Receipt.description;
  }

  /** Whether the server took it: confirmed or sent. */
  get said(): boolean {
    return this.state === "confirmed" || this.state === "sent";
  }
}
