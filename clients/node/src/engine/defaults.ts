import { systemClock } from "../bus/clock.js";
import { TubesError } from "../bus/error.js";
import type { BusOptions, Settled } from "../bus/options.js";
import { plainName, programName } from "./own_topics.js";

const defaults = {
  maxPayload: 1 << 20,
  outboxBytes: 16 << 20,
  outboxAge: 60_000,
  publishTimeout: 5_000,
  readyTimeout: 5_000,
  connectTimeout: 3_000,
  backoffFirst: 50,
  backoffLongest: 5_000,
  heartbeat: 5_000,
  answerStats: true,
  clock: systemClock,
};

/** The options with what is not given; throws `invalid_argument` for what makes no sense. */
export function settled(options: BusOptions): Settled<BusOptions> {
  for (const [name, value] of Object.entries(options)) {
    if (!(name in defaults) && name !== "name")
      throw new TubesError(
        "invalid_argument",
        `unknown option ${name}; known are: ${Object.keys(defaults).join(", ")}, name`,
      );
    if (typeof value === "number" && !(value >= 0))
      throw new TubesError(
        "invalid_argument",
        `the option ${name} must be a number from 0, got ${value}`,
      );
  }
  return {
    ...defaults,
    ...options,
    name: options.name === undefined ? programName() : plainName(options.name),
  };
}
