import { textOf } from "../bus/error.js";
import type { BusEvent, EventHandler, EventKind } from "../bus/events.js";
import type { Dispatcher } from "./dispatcher.js";

const mostWaiting = 1_000;
const harmless: readonly EventKind[] = ["connected", "subscribed", "resubscribed"];

/** The events of a bus: they have their own bounded queue, and are handled like messages. */
export class Events {
  dropped = 0;
  handlersFailed = 0;
  private waiting = 0;
  private readonly handlers = new Set<EventHandler>();

  constructor(private readonly dispatcher: Dispatcher) {}

  add(handler: EventHandler): () => void {
    const own: EventHandler = (event) => handler(event);
    this.handlers.add(own);
    return () => void this.handlers.delete(own);
  }

  emit(kind: EventKind, what: string, count = 1, publisher?: string): void {
    if (this.waiting >= mostWaiting) return void ++this.dropped;
    ++this.waiting;
    const event: BusEvent = {
      kind,
      what,
      count,
      ...(publisher === undefined ? {} : { publisher }),
    };
    this.dispatcher.push(() => this.tell(event));
  }

  /** What a handler threw. */
  failed(thrown: unknown): void {
    ++this.handlersFailed;
    this.emit("handler_failed", textOf(thrown));
  }

  private async tell(event: BusEvent): Promise<void> {
    --this.waiting;
    if (this.handlers.size === 0 && !harmless.includes(event.kind)) warn(event);
    for (const handler of [...this.handlers]) await this.call(handler, event);
  }

  /** No event about a handler of events: it would have another one. */
  private async call(handler: EventHandler, event: BusEvent): Promise<void> {
    if (!this.handlers.has(handler)) return;
    try {
      await handler(event);
    } catch (error) {
      ++this.handlersFailed;
      warn({ kind: "handler_failed", what: textOf(error), count: 1 });
    }
  }
}

function warn(event: BusEvent): void {
  process.emitWarning(`${event.kind}: ${event.what}`, "TubesWarning");
}
