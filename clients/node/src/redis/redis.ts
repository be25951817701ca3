import type * as redis from "redis";
import type { Bus } from "../bus/bus.js";
import { systemClock, type Clock } from "../bus/clock.js";
import { library } from "../bus/libraries.js";
import type { BusOptions } from "../bus/options.js";
import type { Filter } from "../bus/topic.js";
import type { BusUrl } from "../bus/url.js";
import type { Driver, Sink } from "../engine/driver.js";
import { Engine } from "../engine/engine.js";
import { RedisConnection } from "./connection.js";
import { settingsOf, type Settings } from "./settings.js";

type Library = typeof redis;

class RedisDriver implements Driver {
  readonly capabilities = { retained: true, retainedSurvivesRestart: true, inlineDispatch: false };
  readonly address: string;
  private connection: RedisConnection | undefined;

  constructor(
    private readonly library: Library,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly connectTimeout: number,
  ) {
    this.address = settings.address;
  }

  async connect(sink: Sink): Promise<void> {
    const { library, settings, connectTimeout, clock } = this;
    this.connection = new RedisConnection(library, settings, connectTimeout, clock, sink);
    await this.connection.connect();
  }

  disconnect(): void {
    this.connection?.close();
    this.connection = undefined;
  }

  subscribe(filter: Filter): Promise<void> {
    return this.connection!.subscribe(filter);
  }

  unsubscribe(filter: Filter): void {
    this.connection?.unsubscribe(filter);
  }

  async send(topic: string, payload: Buffer): Promise<void> {
    const { commands } = this.connection!;
    await this.connection!.asked(`PUBLISH on "${topic}"`, () => commands.publish(topic, payload));
  }

  async put(key: string, value: Buffer): Promise<void> {
    const { commands } = this.connection!;
    await this.connection!.asked(`SET of "${key}"`, () => commands.set(this.keyOf(key), value));
  }

  async get(key: string): Promise<Buffer | undefined> {
    const { commands } = this.connection!;
    const asBuffer = this.library.commandOptions({ returnBuffers: true });
    const value = await this.connection!.asked(`GET of "${key}"`, () =>
      commands.get(asBuffer, this.keyOf(key)),
    );
    return value ?? undefined;
  }

  async remove(key: string): Promise<void> {
    const { commands } = this.connection!;
    await this.connection!.asked(`DEL of "${key}"`, () => commands.del(this.keyOf(key)));
  }

  private keyOf(key: string): string {
    return this.settings.prefix + key;
  }
}

/** redis://, rediss:// and redis+unix://, with the parameters of docs/TRANSPORTS.md. */
export function openRedis(url: BusUrl, options: BusOptions): Bus {
  const settings = settingsOf(url);
  const found = library<Library>("redis", `${url.scheme}://`, 4);
  const { clock = systemClock, connectTimeout = 3_000 } = options;
  return new Engine(new RedisDriver(found, settings, clock, connectTimeout), options);
}
