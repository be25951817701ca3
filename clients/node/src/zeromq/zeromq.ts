import type { Bus } from "../bus/bus.js";
import { systemClock, type Clock } from "../bus/clock.js";
import { library } from "../bus/libraries.js";
import type { BusOptions } from "../bus/options.js";
import type { Filter } from "../bus/topic.js";
import type { BusUrl } from "../bus/url.js";
import type { Driver, Sink } from "../engine/driver.js";
import { Engine } from "../engine/engine.js";
import { Connection, type Library } from "./connection.js";
import { endpointsOf, type Endpoints } from "./endpoints.js";
import { clientKeysOf, type ClientKeys } from "./key_files.js";
import { Session } from "./session.js";

interface Limits {
  readonly maxPayload: number;
  readonly connectTimeout: number;
}

class ZeromqDriver implements Driver {
  readonly capabilities = { retained: true, retainedSurvivesRestart: false, inlineDispatch: false };
  readonly address: string;
  private session: Session | undefined;

  constructor(
    private readonly library: Library,
    private readonly endpoints: Endpoints,
    private readonly keys: ClientKeys | undefined,
    private readonly clock: Clock,
    private readonly limits: Limits,
  ) {
    this.address = `zeromq at ${endpoints.place}`;
  }

  async connect(sink: Sink): Promise<void> {
    const session = new Session(this.endpoints, this.clock, sink);
    this.session = session;
    const connection = new Connection(this.library, this.endpoints, this.keys, session);
    await session.open(connection, this.limits);
  }

  disconnect(): void {
    this.session?.close();
    this.session = undefined;
  }

  subscribe(filter: Filter): Promise<void> {
    return this.session!.subscribe(filter);
  }

  unsubscribe(filter: Filter): void {
    this.session?.unsubscribe(filter);
  }

  send(topic: string, payload: Buffer): Promise<void> {
    return this.session!.publish(topic, payload);
  }

  async put(key: string, value: Buffer): Promise<void> {
    await this.session!.call("$put", key, value);
  }

  get(key: string): Promise<Buffer | undefined> {
    return this.session!.call("$get", key);
  }

  async remove(key: string): Promise<void> {
    await this.session!.call("$remove", key);
  }
}

/** zmq:// and zmq+ipc://, with the parameters of docs/TRANSPORTS.md. */
export function openZeromq(url: BusUrl, options: BusOptions): Bus {
  const endpoints = endpointsOf(url);
  const keys = clientKeysOf(url);
  const found = library<Library>("zeromq", `${url.scheme}://`, 6);
  const { clock = systemClock, maxPayload = 1 << 20, connectTimeout = 3_000 } = options;
  return new Engine(
    new ZeromqDriver(found, endpoints, keys, clock, { maxPayload, connectTimeout }),
    options,
  );
}
