export { open } from "./open.js";
export type { Bus, Capabilities, Delivery, Handler, Pulse, Subscription } from "./bus/bus.js";
export { systemClock, VirtualClock, type Clock } from "./bus/clock.js";
export { TubesError, type ErrorCode } from "./bus/error.js";
export type { BusEvent, EventHandler, EventKind } from "./bus/events.js";
export type { Heartbeat } from "./bus/heartbeat.js";
export type { BusOptions, Overflow, Ready, SubscribeOptions } from "./bus/options.js";
export type { Received, Sent, Stats } from "./bus/stats.js";
export { Client } from "./client/client.js";
export type { Command } from "./client/commands.js";
export { Gaps, type Gap, type Losses } from "./client/gaps.js";
export type { ClientOptions } from "./client/options.js";
export type { Answering, AnsweringAsked, Asking, Saying } from "./client/saying.js";
export { loadConfig } from "./config.js";
export { decode, encode, type Decoded, type WireFormat } from "./proto/codec.js";
export { Described, type MessageType, type Nicks, type Role } from "./proto/describe.js";
export * as In from "./proto/in.js";
export * as Out from "./proto/out.js";
export { Receipt, type ReceiptState } from "./proto/receipt.js";
export {
  typeName,
  UnknownType,
  WebIn,
  type Envelope,
  type Message,
  type Meta,
  type Unknown,
} from "./proto/message.js";
