import type { Event } from "zeromq";
import { TubesError } from "../bus/error.js";
import type { Endpoints } from "./endpoints.js";
import type { ClientKeys } from "./key_files.js";

/** Why there is no connection, or no longer. */
export function unreachable(cause: string, at: Endpoints, wasConnected: boolean): TubesError {
  const what = wasConnected ? "lost the broker at" : "no broker answers at";
  return new TubesError(
    "unreachable",
    `${what} ${at.url} (${cause}); start one with: tubes broker --bind ${at.url}`,
  );
}

export function notUnderstood(at: Endpoints, why: string): TubesError {
  return new TubesError(
    "refused",
    `what answers at ${at.url} speaks something else (${why}); is it a Tubes broker of this ` +
      "version?",
  );
}

function handshakeFailed(at: Endpoints, keys: ClientKeys | undefined): TubesError {
  if (!keys)
    return unreachable("what listens there is no broker, or one that wants CURVE", at, false);
  return new TubesError(
    "refused",
    `what listens at ${at.url} broke off the CURVE handshake: it has another key than server_key says, ` +
      "or is no broker with CURVE; compare server_key with what the broker says at its start",
  );
}

function otherMechanism(at: Endpoints, keys: ClientKeys | undefined): TubesError {
  const why = keys
    ? "speaks without CURVE, and nothing was sent to it; start it with a key and the clients that it " +
      "allows, or leave key and server_key out of the URL"
    : "lets in only clients that speak CURVE; add to the URL server_key=, the broker's public key, " +
      "and key=, the file of a secret key that it allows";
  return new TubesError("refused", `the broker at ${at.url} ${why}`);
}

function keyRefused(at: Endpoints, keys: ClientKeys | undefined): TubesError {
  const own = keys ? keys.own.publicKey.toString("hex") : "of this client";
  return new TubesError(
    "refused",
    `the broker at ${at.url} does not allow the public key ${own}; add it to the keys that it ` +
      "allows, or give key=, the file of a secret key that it allows",
  );
}

/** What an event of a socket says is broken; nothing if it is well. */
export function troubleOf(
  event: Event,
  at: Endpoints,
  keys: ClientKeys | undefined,
  wasConnected: boolean,
): TubesError | undefined {
  switch (event.type) {
    case "disconnect":
      return unreachable("the connection was closed", at, wasConnected);
    case "close":
    case "connect:retry":
      return unreachable("cannot connect", at, wasConnected);
    case "handshake:error:auth":
      return keyRefused(at, keys);
    case "handshake:error:protocol":
      return event.error.code === "ERR_ZMTP_MECHANISM_MISMATCH"
        ? otherMechanism(at, keys)
        : handshakeFailed(at, keys);
    case "handshake:error:other":
      return handshakeFailed(at, keys);
    default:
      return undefined;
  }
}
