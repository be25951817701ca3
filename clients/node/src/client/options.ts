import type { SubscribeOptions } from "../bus/options.js";
import type { WireFormat } from "../proto/codec.js";

export interface ClientOptions {
  /** The topics' names; defaults `in`, `out`, `web_in`. */
  in?: string;
  out?: string;
  webIn?: string;
  /** What publish() writes on the topic; either format is read. Default `json`. */
  inWire?: WireFormat;
  outWire?: WireFormat;
  /** reply() also answers bots, itself, and without an end; default false. */
  answerBots?: boolean;
  /** How topics are subscribed to. */
  subscribe?: SubscribeOptions;
}
