import type { Bus } from "../bus/bus.js";
import { TubesError } from "../bus/error.js";
import type { BusOptions } from "../bus/options.js";
import type { Filter } from "../bus/topic.js";
import type { BusUrl } from "../bus/url.js";
import { Dispatcher } from "../engine/dispatcher.js";
import type { Driver, Sink } from "../engine/driver.js";
import { Engine } from "../engine/engine.js";
import { Hub, type Member } from "./hub.js";

interface Settings {
  readonly name: string;
  readonly isInline: boolean;
  /** How many answers deep handlers may make each other run. */
  readonly limit: number;
}

function refuse(url: BusUrl, why: string): never {
  throw new TubesError("invalid_url", `invalid bus URL ${url.shown}: ${why}`);
}

function settingsOf(url: BusUrl): Settings {
  url.requireParametersAmong(["dispatch", "limit"]);
  const dispatch = url.parameter("dispatch") ?? "inline";
  const limit = url.parameter("limit") ?? "10000";
  if (!url.host || url.path || url.port !== undefined || url.hasCredentials)
    refuse(url, "write memory://NAME");
  if (dispatch !== "inline" && dispatch !== "thread")
    refuse(url, "dispatch must be inline or thread");
  if (!/^[1-9]\d{0,8}$/.test(limit)) refuse(url, "limit must be a whole number from 1");
  return { name: url.host, isInline: dispatch === "inline", limit: Number(limit) };
}

class MemoryDriver implements Driver {
  readonly capabilities;
  readonly address: string;
  private member: Member | undefined;
  private hasLeft = false;

  constructor(
    private readonly hub: Hub,
    settings: Settings,
  ) {
    this.address = `memory at ${settings.name}`;
    this.capabilities = {
      retained: true,
      retainedSurvivesRestart: false,
      inlineDispatch: settings.isInline,
    };
  }

  connect(sink: Sink): void {
    this.member = { sink, filters: new Map() };
    this.hub.members.add(this.member);
  }

  /** There is no other break of a connection than the end of the bus. */
  disconnect(): void {
    if (this.member) this.hub.members.delete(this.member);
    if (!this.hasLeft) this.hub.leave();
    this.hasLeft = true;
  }

  subscribe(filter: Filter): void {
    this.member!.filters.set(filter.text, filter);
  }

  unsubscribe(filter: Filter): void {
    this.member!.filters.delete(filter.text);
  }

  send(topic: string, payload: Buffer): void {
    this.hub.publish(topic, payload);
  }

  async put(key: string, value: Buffer): Promise<void> {
    this.hub.retained.set(key, value);
  }

  async get(key: string): Promise<Buffer | undefined> {
    return this.hub.retained.get(key);
  }

  async remove(key: string): Promise<void> {
    this.hub.retained.delete(key);
  }
}

/**
 * memory://NAME[?dispatch=inline|thread][&limit=N]: buses of one process meet at the name. Inline,
 * publish runs the handlers before it returns, always in the same order; made for tests. `thread`
 * hands on later, as other transports do. Throws `invalid_url`.
 */
export function openMemory(url: BusUrl, options: BusOptions): Bus {
  const settings = settingsOf(url);
  const hub = Hub.enter(settings.name, settings.limit);
  // Without a clock of its own nobody keeps an inline bus's time: first and last heartbeats alone.
  const heartbeat = settings.isInline && !options.clock ? { heartbeat: 0 } : {};
  const dispatcher = settings.isInline ? hub.dispatcher : new Dispatcher(false);
  return new Engine(new MemoryDriver(hub, settings), { ...heartbeat, ...options }, dispatcher);
}
