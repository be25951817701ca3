import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { createSecureContext, type ConnectionOptions } from "node:tls";
import { textOf, TubesError } from "../bus/error.js";
import type { BusUrl } from "../bus/url.js";

const longestSocketPath = 107; // sun_path of unix(7), without its NUL
const plainParameters = ["db", "prefix", "password_env", "password_file"];
const tlsParameters = ["ca", "cert", "key", "servername", "insecure"];

/** What a URL says of a Redis server. */
export interface Settings {
  /** "redis at 127.0.0.1:6379" */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** The unix socket instead of host and port. */
  readonly socket: string;
  readonly db: number;
  /** What the keys of retained values begin with. */
  readonly prefix: string;
  readonly user: string;
  readonly password: string;
  readonly tls: TlsSettings | undefined;
}

/** Paths, read at each connection: a renewed certificate needs no restart. */
export interface TlsSettings {
  readonly serverName: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly insecure: boolean;
}

function refuse(url: BusUrl, why: string): never {
  throw new TubesError("invalid_url", `invalid bus URL ${url.shown}: ${why}`);
}

function databaseOf(url: BusUrl): number {
  const isUnix = url.scheme === "redis+unix";
  const inPath = isUnix ? "" : url.path.slice(1);
  const given = url.parameter("db");
  if (inPath && given !== undefined) refuse(url, "the database stands there twice, as /N and db=N");
  const text = given ?? (inPath || "0");
  return /^\d{1,9}$/.test(text)
    ? Number(text)
    : refuse(url, `the database must be a number such as 0, got "${text}"`);
}

function socketOf(url: BusUrl): string {
  if (url.scheme !== "redis+unix") return "";
  if (url.host || url.port !== undefined || url.path.length <= 1)
    refuse(url, "write the path of the socket after three slashes: redis+unix:///run/redis.sock");
  const size = Buffer.byteLength(url.path);
  if (size > longestSocketPath)
    refuse(
      url,
      `the path of a unix socket has at most ${longestSocketPath} bytes, this one has ${size}`,
    );
  return url.path;
}

function requireTlsSense(url: BusUrl, { cert, key, ca, insecure }: TlsSettings): void {
  for (const name of ["servername", "ca", "cert", "key"])
    if (url.parameter(name) === "")
      refuse(url, `${name}= is empty; leave it out, or give it a value`);
  if ((cert === "") !== (key === ""))
    refuse(url, "cert and key belong together; give both, or neither");
  if (insecure && url.parameter("insecure") !== "1")
    refuse(url, "write insecure=1 to trust whoever answers; leave it out to verify who it is");
  if (insecure && ca)
    refuse(url, "insecure=1 verifies nothing, so that ca= has no meaning; leave one of them out");
}

function tlsOf(url: BusUrl, host: string): TlsSettings | undefined {
  if (url.scheme !== "rediss") return undefined;
  const text = (name: string) => url.parameter(name) ?? "";
  const serverName = text("servername") || host;
  const insecure = url.parameter("insecure") !== undefined;
  const tls = { serverName, ca: text("ca"), cert: text("cert"), key: text("key"), insecure };
  requireTlsSense(url, tls);
  tlsOptions(tls);
  return tls;
}

function pem(path: string, what: string): Buffer | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TubesError(
      "invalid_url",
      `${what} ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** For a socket; throws `invalid_url` if a file is of no use. */
export function tlsOptions(tls: TlsSettings): ConnectionOptions {
  const files = { ca: pem(tls.ca, "ca="), cert: pem(tls.cert, "cert="), key: pem(tls.key, "key=") };
  try {
    createSecureContext(files);
  } catch (error) {
    throw new TubesError(
      "invalid_url",
      `the certificates in the bus URL are of no use (${textOf(error)}); give PEM files, and ` +
        "the key of cert=",
    );
  }
  const name = isIP(tls.serverName) ? {} : { servername: tls.serverName };
  return { ...files, ...name, minVersion: "TLSv1.2", rejectUnauthorized: !tls.insecure };
}

/** Throws `invalid_url`. */
export function settingsOf(url: BusUrl): Settings {
  url.requireParametersAmong(
    url.scheme === "rediss" ? [...plainParameters, ...tlsParameters] : plainParameters,
  );
  const socket = socketOf(url);
  const host = url.host || "127.0.0.1";
  const port = url.port ?? 6379;
  const shownHost = host.includes(":") ? `[${host}]` : host;
  return {
    address: `redis at ${socket || `${shownHost}:${port}`}`,
    host,
    port,
    socket,
    db: databaseOf(url),
    prefix: url.parameter("prefix") ?? "tubes:",
    user: url.user,
    password: url.secret(),
    tls: tlsOf(url, host),
  };
}
