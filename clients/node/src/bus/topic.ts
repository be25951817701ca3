import { TubesError } from "./error.js";

const longestTopic = 255;
const grammar = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;
const below = ".>";

/**
 * Whether `text` is a topic: dot-separated, non-empty tokens of A-Z a-z 0-9 _ -, at most 255 bytes.
 */
export function isTopic(text: string): boolean {
  return text.length <= longestTopic && grammar.test(text);
}

/** Topics come from strangers: an error shows no control characters and no novel. */
function quoted(text: string): string {
  const shown = text.slice(0, 64).replace(/[^\x20-\x7e]/g, "?");
  return `"${shown}${text.length > 64 ? "…" : ""}"`;
}

/** Throws `invalid_topic` if `text` is none. */
export function requireTopic(text: string): void {
  if (typeof text === "string" && isTopic(text)) return;
  throw new TubesError(
    "invalid_topic",
    `invalid topic ${quoted(String(text))}: topics are dot-separated, non-empty tokens of ` +
      "A-Z a-z 0-9 _ -, at most 255 bytes; a filter may end in .> (IRC channel names belong in " +
      "the data)",
  );
}

/** What a subscription asks for: one topic, or all below a dot ("in.>"). */
export class Filter {
  /** What all matching topics begin with: the topic itself, or "in." of "in.>". */
  readonly stem: string;
  readonly isPrefix: boolean;

  private constructor(readonly text: string) {
    this.isPrefix = text.endsWith(below);
    this.stem = this.isPrefix ? text.slice(0, -1) : text;
  }

  /** Throws `invalid_topic`. */
  static of(text: string): Filter {
    requireTopic(String(text).endsWith(below) ? text.slice(0, -below.length) : text);
    return new Filter(text);
  }

  /** For a topic of the bus's own, which begins with "$". */
  static own(text: string): Filter {
    requireTopic(text.slice(1));
    return new Filter(text);
  }

  matches(topic: string): boolean {
    if (!this.isPrefix) return topic === this.text;
    return topic.length > this.stem.length && topic.startsWith(this.stem);
  }
}
