import type { SubscribeOptions } from "../bus/options.js";
import type { WireFormat } from "../proto/codec.js";

export interface ClientOptions {
  /** The topics' names; defaults `in`, `out`, `web_in`, `receipts`. */
  in?: string;
  out?: string;
  webIn?: string;
  receipts?: string;
  /** What publish() writes on the topic; either format is read. Default `json`. */
  inWire?: WireFormat;
  outWire?: WireFormat;
  /**
   * How long a message waits for its ending, in ms: then it is `unknown`, with the code `timeout`.
   * Default 600,000.
   */
  receiptTimeout?: number;
  /** reply() also answers bots, and without an end; default false. */
  answerBots?: boolean;
  /** How topics are subscribed to. */
  subscribe?: SubscribeOptions;
}
