import { readFileSync } from "node:fs";
import { TubesError } from "./bus/error.js";

/** Comments become spaces: the places in JSON's own errors stay right. */
function withoutComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('"') ? part : part.replace(/[^\n]/g, " "),
  );
}

function placeOf(text: string, error: Error): string {
  const at = /position (\d+)/.exec(error.message);
  return at ? `line ${text.slice(0, Number(at[1])).split("\n").length}` : "its end";
}

/**
 * Reads a configuration: one JSON object, in which `//` and `/* *\/` comments may stand, as in the
 * bridge's. Throws `invalid_config` that names the file, the place and what to do; quotes nothing
 * of what the file holds, for that may be secret.
 */
export function loadConfig(path: string): Record<string, unknown> {
  const refuse = (why: string): never => {
    throw new TubesError("invalid_config", `${path}: ${why}`);
  };
  let text = "";
  try {
    text = withoutComments(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    refuse(`cannot be read (${(error as NodeJS.ErrnoException).code}); name a file that is there`);
  }
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    refuse(
      `is not JSON at ${placeOf(text, error as Error)}; check commas, quotes and brackets there`,
    );
  }
  if (typeof config !== "object" || config === null || Array.isArray(config))
    refuse("must be a JSON object: {…}");
  return config as Record<string, unknown>;
}
