import type { Bus } from "./bus/bus.js";
import { TubesError } from "./bus/error.js";
import type { BusOptions } from "./bus/options.js";
import { BusUrl } from "./bus/url.js";
import { openMemory } from "./memory/memory.js";
import { openRedis } from "./redis/redis.js";
import { openZeromq } from "./zeromq/zeromq.js";

const transports: Record<string, (url: BusUrl, options: BusOptions) => Bus> = {
  memory: openMemory,
  redis: openRedis,
  rediss: openRedis,
  "redis+unix": openRedis,
  zmq: openZeromq,
  "zmq+ipc": openZeromq,
};

/**
 * Opens a bus by its URL: the URL chooses the transport, and nothing else changes.
 *
 * Does not wait for the network: the bus connects in the background and keeps trying; subscribe,
 * flush, put and get wait for it. Throws `invalid_url` for what cannot be understood, which lists
 * what is known, and `unsupported` where the transport's npm package is not installed. An error
 * never shows a secret.
 */
export function open(url: string, options: BusOptions = {}): Bus {
  const parsed = new BusUrl(url);
  const transport = Object.hasOwn(transports, parsed.scheme)
    ? transports[parsed.scheme]
    : undefined;
  if (!transport)
    throw new TubesError(
      "invalid_url",
      `unknown scheme "${parsed.scheme}"; known are: ${Object.keys(transports).join(", ")}`,
    );
  return transport(parsed, options);
}
