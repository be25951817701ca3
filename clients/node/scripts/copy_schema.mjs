// The schema has one source, in the repository: the package carries a copy made at each build.
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const file = "proto/tubes/v1/envelope.proto";
const from = fileURLToPath(new URL(`../../../${file}`, import.meta.url));
const to = fileURLToPath(new URL(`../${file}`, import.meta.url));
mkdirSync(fileURLToPath(new URL("../proto/tubes/v1/", import.meta.url)), { recursive: true });
copyFileSync(from, to);
