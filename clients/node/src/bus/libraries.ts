import { createRequire } from "node:module";
import { TubesError } from "./error.js";

const require = createRequire(import.meta.url);

/**
 * An optional library, loaded when it is first needed. Throws `unsupported` that names what to
 * install.
 */
export function library<Library>(name: string, purpose: string, major: number): Library {
  try {
    return require(name) as Library;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND";
    const why = missing ? "is not installed" : `cannot be loaded (${(error as Error).message})`;
    throw new TubesError(
      "unsupported",
      `${purpose} needs the npm package ${name}, which ${why}; install it with: npm install ` +
        `${name}@${major}`,
    );
  }
}
