// Real servers for the tests, on loopback, stopped whatever happens.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const bin =
  process.env.TUBES_BIN ?? fileURLToPath(new URL("../../../build/dev/bin", import.meta.url));
export const tubes = join(bin, "tubes");

/** A temporary folder, removed at the end of the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "tubes-node-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function isFree(port) {
  const server = createServer();
  const bound = await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (bound) await new Promise((resolve) => server.close(resolve));
  return bound;
}

/**
 * Below the kernel's ephemeral range, where no client's own port can be; the next one is free, too.
 */
export async function freePort() {
  for (;;) {
    const port = 10_000 + 2 * Math.floor(Math.random() * 11_000);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
}

/**
 * A program that has said `ready` on one of its outputs. It ends with this process, even a killed
 * one.
 */
class Server {
  constructor(command, args) {
    this.process = spawn("setpriv", ["--pdeathsig", "KILL", command, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.output = [];
    this.ended = once(this.process, "exit");
  }

  async until(ready) {
    const said = new Promise((resolve) => {
      for (const stream of [this.process.stdout, this.process.stderr])
        createInterface({ input: stream }).on("line", (line) => {
          this.output.push(line);
          if (ready.test(line)) resolve(true);
        });
    });
    if ((await Promise.race([said, this.ended.then(() => false)])) !== true)
      throw new Error(`${this.process.spawnargs.join(" ")} ended: ${this.output.join("\n")}`);
    return this;
  }

  /** Stops it where it is, as a debugger does: when this resolves it does nothing more. */
  async freeze() {
    this.process.kill("SIGSTOP");
    const tasks = `/proc/${this.process.pid}/task`;
    const stateOf = (task) => /\) (\S)/.exec(readFileSync(`${tasks}/${task}/stat`, "utf8"))[1];
    while (!readdirSync(tasks).every((task) => stateOf(task) === "T"))
      await new Promise(setImmediate);
  }

  thaw() {
    this.process.kill("SIGCONT");
  }

  kill(signal = "SIGKILL") {
    this.process.kill(signal);
    return this.ended;
  }
}

export async function start(t, command, args, ready) {
  const server = new Server(command, args);
  t.after(() => server.kill());
  return server.until(ready);
}

/** A redis-server on a port, by default a free one, or where `args` say. */
export async function startRedis(t, port, args = []) {
  const at = port ?? (await freePort());
  const where = ["--port", `${at}`, "--bind", "127.0.0.1", "--save", "", "--dir", tmpdir()];
  const server = await start(t, "redis-server", [...where, ...args], /eady to accept connections/);
  return { server, port: at, url: `redis://127.0.0.1:${at}` };
}

/** A broker; without `url` on free ports. */
export async function startBroker(t, url, args = []) {
  if (!existsSync(tubes))
    throw new Error(
      `there is no ${tubes}: build it, or set TUBES_BIN to the folder of the programs`,
    );
  const at = url ?? `zmq://127.0.0.1:${await freePort()}`;
  const server = await start(t, tubes, ["broker", "--bind", at, ...args], /zmq/);
  return { server, url: at };
}
