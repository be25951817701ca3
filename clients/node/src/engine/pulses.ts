import type { Pulse } from "../bus/bus.js";
import { parseHeartbeat } from "../bus/heartbeat.js";
import type { Dispatcher } from "./dispatcher.js";
import type { Events } from "./events.js";

type PulseHandler = (pulse: Pulse) => unknown;

/** Tells what a ledger of losses must know, in its place among the messages. */
export class Pulses {
  private readonly handlers = new Set<PulseHandler>();

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly events: Events,
  ) {}

  add(handler: PulseHandler): () => void {
    const own: PulseHandler = (pulse) => handler(pulse);
    this.handlers.add(own);
    return () => void this.handlers.delete(own);
  }

  emit(pulse: Pulse): void {
    if (this.handlers.size > 0) this.dispatcher.push(() => this.tell(pulse));
  }

  /** A payload of "$heartbeat"; what is none is passed over. */
  received(payload: Buffer): void {
    const beat = this.handlers.size > 0 ? parseHeartbeat(payload) : undefined;
    if (beat) this.emit({ kind: "beat", beat });
  }

  private tell(pulse: Pulse): void {
    for (const handler of [...this.handlers])
      try {
        handler(pulse);
      } catch (error) {
        this.events.failed(error);
      }
  }
}
