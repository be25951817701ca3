import { TubesError } from "../bus/error.js";

const remedies: Record<string, string> = {
  NOAUTH: "give a password: redis://user:password@host, ?password_env=NAME or ?password_file=PATH",
  WRONGPASS: "check the user and the password in the bus URL",
  NOPERM: "allow it to this user with ACL SETUSER",
  DENIED: "connect from the same machine, or configure a password there",
  LOADING: "it is reading its data: try again in a moment",
  MASTERDOWN: "it is a replica without its primary: use the primary",
  READONLY: "it is a read-only replica: use its primary",
  OOM: "free memory there, or raise its maxmemory",
  MISCONF: "it cannot save its data: its log says why",
  WRONGTYPE: "the key belongs to something else: choose another prefix",
};

const causes: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was reset",
  ENOENT: "there is no such socket",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to the network",
  ETIMEDOUT: "it does not answer",
  EACCES: "permission denied",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is of no authority that is trusted here",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate is of no authority that is trusted here",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is of no authority that is trusted here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate is of no authority that is trusted here",
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

function isAboutTls(code: string): boolean {
  return /CERT|VERIFY|SIGNED|TLS|SSL/.test(code);
}

/** What Redis answers to a command it refuses. */
export function refusal(address: string, tried: string, words: string): TubesError {
  const error = words.split(" ", 1)[0]!;
  // An unknown command is answered with its arguments, and AUTH's are secret.
  const shown = words
    .split(", with args beginning")[0]!
    .slice(0, 200)
    .replace(/[^\x20-\x7e]/g, "?");
  const later = error === "LOADING" || error === "MASTERDOWN";
  const remedy = remedies[error] ?? "see its configuration and its log";
  return new TubesError(
    later ? "unreachable" : "refused",
    `${address} refused ${tried} (${shown}); ${remedy}`,
  );
}

/** Why there is no connection. */
export function unreachable(address: string, error: unknown): TubesError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const cause = causes[code] ?? (message || code || String(error));
  const remedy = isAboutTls(code)
    ? "check ca= and servername= in the bus URL, and the certificate of the server"
    : "is it running?";
  return new TubesError("unreachable", `cannot reach ${address} (${cause}); ${remedy}`);
}

/** Why there is no connection any more. */
export function lost(address: string, cause: string): TubesError {
  return new TubesError("unreachable", `lost ${address} (${cause}); is it running?`);
}
