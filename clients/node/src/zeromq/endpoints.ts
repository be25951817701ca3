import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { TubesError } from "../bus/error.js";
import type { BusUrl } from "../bus/url.js";

const defaultPort = 5550;
const highestPort = 65_534; // the next one is needed, too
const longestPath = 103; // sun_path of unix(7) without ".pub" and its NUL

/** Where a broker is. */
export interface Endpoints {
  /** "zmq://127.0.0.1:5550": as it may be shown. */
  readonly url: string;
  /** Without the scheme: "127.0.0.1:5550" or "/run/tubes/bus". */
  readonly place: string;
  /**
   * In libzmq's words: the broker's ROUTER and its XPUB. The host name is looked up at each call.
   */
  resolve(): Promise<{ publishing: string; receiving: string; isV6: boolean }>;
}

export function refuse(why: string): never {
  throw new TubesError("invalid_url", why);
}

function inBrackets(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** libzmq would connect "localhost" wherever the resolver says. */
function numeric(host: string): string {
  return host === "" || host === "localhost" ? "127.0.0.1" : host;
}

function tcpEndpoints(url: BusUrl): Endpoints {
  const port = url.port ?? defaultPort;
  const host = numeric(url.host);
  if (url.path && url.path !== "/")
    refuse(`zmq:// takes no path, got ${url.shown}; write zmq://host:port`);
  if (port > highestPort)
    refuse(`the port of ${url.shown} has no next one to receive on; the highest is ${highestPort}`);
  const place = `${inBrackets(host)}:${port}`;
  return {
    url: `zmq://${place}`,
    place,
    async resolve() {
      const address = isIP(host) ? host : (await lookup(host)).address;
      const tcp = `tcp://${inBrackets(address)}`;
      return {
        publishing: `${tcp}:${port}`,
        receiving: `${tcp}:${port + 1}`,
        isV6: isIP(address) === 6,
      };
    },
  };
}

function ipcEndpoints(url: BusUrl): Endpoints {
  const { path } = url;
  if (url.host || path.length < 2)
    refuse(`zmq+ipc:// needs an absolute path, got ${url.shown}; write zmq+ipc:///folder/name`);
  if (Buffer.byteLength(path) > longestPath)
    refuse(
      `the path of ${url.shown} is longer than the ${longestPath} bytes that a unix socket ` +
        "leaves for it; choose a shorter one",
    );
  const sockets = { publishing: `ipc://${path}.pub`, receiving: `ipc://${path}.sub`, isV6: false };
  return { url: url.shown, place: path, resolve: async () => sockets };
}

/** Throws `invalid_url`. */
export function endpointsOf(url: BusUrl): Endpoints {
  url.requireParametersAmong(["server_key", "key", "allow", "insecure"]);
  if (url.hasCredentials) refuse(`user and password mean nothing in ${url.shown}; leave them out`);
  return url.scheme === "zmq" ? tcpEndpoints(url) : ipcEndpoints(url);
}
