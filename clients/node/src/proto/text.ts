/** Why there is no message: in a program of ours it becomes an event, never an exception. */
export class Undecodable extends Error {}

export function fail(why: string): never {
  throw new Undecodable(why);
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Nothing if the bytes are not UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Half surrogate pairs, which UTF-8 has not, become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}

/**
 * The beginning of a payload for people: at most 120 characters, and none that a terminal obeys.
 */
export function excerpt(payload: Uint8Array | string): string {
  const longest = 120;
  const text =
    typeof payload === "string"
      ? payload
      : Buffer.from(payload.subarray(0, 4 * longest)).toString();
  const shown = [...text.slice(0, 2 * longest)].slice(0, longest).join("");
  const cut = shown.length < (typeof payload === "string" ? payload.length : text.length);
  return shown.replace(/[\u0000-\u001f\u007f-\u009f\ufffd]/g, ".") + (cut ? "…" : "");
}
