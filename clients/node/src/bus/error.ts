/** What kind of thing went wrong; the text of the error says what, where and what to do. */
export type ErrorCode =
  | "invalid_topic" //     a topic, filter or key outside the grammar
  | "invalid_url" //       a bus URL that cannot be understood
  | "invalid_argument" //  a call that makes no sense, such as a subscription without a handler
  | "invalid_config" //    a configuration file that cannot be understood
  | "payload_too_large" // a payload over maxPayload
  | "unsupported" //       the transport cannot do this, or its library is not installed
  | "outbox_full" //       the outbox stayed full until publishTimeout
  | "timed_out" //         the backend did not answer in time
  | "unreachable" //       no connection to the backend
  | "refused" //           the backend answered and said no
  | "closed" //            the bus is closed
  | "livelock"; //         handlers kept each other busy beyond the limit

/** Every error that Tubes throws, except a TypeError where a program calls it wrongly. */
export class TubesError extends Error {
  override readonly name = "TubesError";

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The text of whatever was thrown. */
export function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
}
