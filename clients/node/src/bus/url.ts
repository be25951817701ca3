import { readFileSync } from "node:fs";
import { TubesError } from "./error.js";

function refuse(why: string): never {
  throw new TubesError("invalid_url", why);
}

/** The part's name and not its text goes into the error: it may be secret. */
function percentDecoded(text: string, part: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text))
    refuse(
      `invalid bus URL: a '%' in its ${part} is not followed by two hexadecimal digits; write ` +
        "a literal '%' as %25",
    );
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse(`invalid bus URL: its ${part} is not UTF-8`);
  }
}

/** Splits at the first `separator`; without one the second part is empty. */
function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parsedPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535)
    refuse(
      "invalid bus URL: the port, behind the last ':' of the host, must be a number from 1 to " +
        "65535",
    );
  return port;
}

/** A password with a '/', '?' or '#' in it ends the authority too early. Quotes nothing. */
function refuseSplitSecret(rest: string): void {
  const end = rest.search(/[/?#]/);
  if (end < 0) return;
  if (/[:@]/.test(rest.slice(0, end)) && rest.includes("@", end))
    refuse(
      "invalid bus URL: an '@' follows the host; write it as %40, and in a password also '/', '?' " +
        "and '#' as %2F, %3F and %23",
    );
}

function firstLineOf(path: string): string {
  try {
    return readFileSync(path, "utf8").split("\n", 1)[0]!.replace(/\r$/, "");
  } catch {
    return refuse(
      `password_file ${path} cannot be read; it must hold the password on its first line`,
    );
  }
}

/** A bus URL taken apart: scheme://[user[:password]@]host[:port][/path][?name=value&…]. */
export class BusUrl {
  readonly scheme: string;
  readonly path: string;
  readonly parameters = new Map<string, string>();
  user = "";
  host = "";
  port: number | undefined;
  private password = "";

  /** Throws `invalid_url`; the error never shows a secret. */
  constructor(text: string) {
    const [scheme, rest] = split(text, "://");
    if (!scheme || !text.includes("://"))
      refuse("invalid bus URL: expected scheme://…, for example zmq://127.0.0.1:5550");
    this.scheme = scheme;
    refuseSplitSecret(rest);
    const [place, query] = split(rest, "?");
    this.readParameters(query);
    const slash = place.indexOf("/");
    this.path = slash < 0 ? "" : percentDecoded(place.slice(slash), "path");
    this.readAuthority(slash < 0 ? place : place.slice(0, slash));
  }

  /** As it may be shown: without user, password and parameters. */
  get shown(): string {
    const host = this.host.includes(":") ? `[${this.host}]` : this.host;
    return `${this.scheme}://${host}${this.port === undefined ? "" : `:${this.port}`}${this.path}`;
  }

  get hasCredentials(): boolean {
    return this.user !== "" || this.password !== "";
  }

  /** Throws `invalid_url` for a parameter that is not among `known`; lists those. */
  requireParametersAmong(known: readonly string[]): void {
    for (const name of this.parameters.keys())
      if (!known.includes(name))
        refuse(
          `unknown parameter "${name}" in ${this.shown}; ` +
            (known.length ? `known are: ${known.join(", ")}` : `${this.scheme}:// has none`),
        );
  }

  parameter(name: string): string | undefined {
    return this.parameters.get(name);
  }

  /** The password: of the variable `password_env`, the file `password_file`, or the URL itself. */
  secret(): string {
    const variable = this.parameter("password_env");
    const file = this.parameter("password_file");
    if (variable)
      return (
        process.env[variable] ??
        refuse(
          `the environment variable ${variable}, named by password_env in ${this.shown}, is ` +
            "not set",
        )
      );
    return file ? firstLineOf(file) : this.password;
  }

  private readParameters(query: string): void {
    for (const each of query.split("&").filter((part) => part !== "")) {
      const [name, value] = split(each, "=");
      if (!name) refuse("invalid bus URL: a parameter has no name; write ?name=value");
      if (this.parameters.has(name))
        refuse(`invalid bus URL: the parameter "${name}" stands there twice`);
      this.parameters.set(percentDecoded(name, "parameters"), percentDecoded(value, "parameters"));
    }
  }

  private readAuthority(authority: string): void {
    const at = authority.lastIndexOf("@");
    if (at >= 0) {
      const [user, password] = split(authority.slice(0, at), ":");
      this.user = percentDecoded(user, "user");
      this.password = percentDecoded(password, "password");
    }
    this.readHost(authority.slice(at + 1));
  }

  private readHost(text: string): void {
    const v6 = /^\[([^\]]*)\](?::(.*))?$/s.exec(text);
    if (text.startsWith("[") && !v6)
      refuse(
        "invalid bus URL: '[' of the host has no ']', or something other than a port follows it",
      );
    const [host, port] = v6 ? [v6[1]!, v6[2] ?? ""] : split(text, ":");
    this.host = v6 ? host : percentDecoded(host, "host");
    if (v6 ? v6[2] !== undefined : text.includes(":")) this.port = parsedPort(port);
  }
}
