// What the README shows is run.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as tubes from "../dist/index.js";
import { testBot } from "../dist/testing.js";
import { folder } from "./servers.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const lines = (code) =>
  code.split("\n").filter((line) => line !== "" && !line.startsWith("// ")).length;

/** A folder in which `tubes-bus` is installed. */
function installed(t) {
  const path = folder(t);
  mkdirSync(join(path, "node_modules"));
  symlinkSync(root, join(path, "node_modules", "tubes-bus"));
  return path;
}

test("it installs from the sources, as the pages say", (t) => {
  const page = readFileSync(join(root, "../../docs/bots.md"), "utf8");
  const shell = (text) => text.match(/```sh\n(.*?clients\/node.*?)```/s)[1];
  for (const text of [readme, page]) {
    assert.match(shell(text), /cd \S+\/clients\/node && npm ci && npm run build/);
    const path = folder(t);
    const command = text.match(/^npm install \S+\/clients\/node/m)[0].split(" ").slice(0, 2);
    const flags = ["--offline", "--no-audit", "--no-fund"];
    execFileSync(command[0], [command[1], root, ...flags], { cwd: path, stdio: "pipe" });
    const run = 'import("tubes-bus").then((tubes) => console.log(typeof tubes.open))';
    assert.equal(execFileSync("node", ["-e", run], { cwd: path, encoding: "utf8" }), "function\n");
  }
});

test("the bot and its test", (t) => {
  const [bot, itsTest] = blocks;
  assert.ok(lines(bot) <= 15 && lines(itsTest) <= 10);
  const path = installed(t);
  writeFileSync(join(path, "greeter.mjs"), bot);
  writeFileSync(join(path, "greeter.test.mjs"), itsTest);
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT; // else the inner runner would report to the outer one
  const run = () =>
    spawnSync("node", ["--test", "greeter.test.mjs"], { cwd: path, env, encoding: "utf8" });
  const passed = run();
  assert.equal(passed.status, 0, passed.stdout);
  assert.match(passed.stdout, /pass 1/);
  writeFileSync(join(path, "greeter.mjs"), bot.replace("Hello ", "Bye "));
  assert.notEqual(run().status, 0);
});

test("the other examples", async () => {
  const [, , daemon, , sums, relay] = blocks;
  assert.equal(blocks.length, 6);
  process.env.BUS_PASSWORD = "x";
  const opened = [];
  const open = (url) => (opened.push(url), tubes.open("memory://readme"));
  const body = `return (async () => { ${daemon} ${sums} ${relay}
    await bus.publish("in", encode({ message: new In.Join({ sender: "a", channel: "#a" }), meta: { publisher: "", sequence: 0n }, unknown: { json: "", protobuf: [] } }));
    return { lost, missed, sent, received, bus }; })()`;
  const run = new Function("open", "Client", "In", "decode", "encode", body);
  const copies = [];
  await tubes
    .open("memory://readme")
    .subscribe("copy", ({ payload }) => void copies.push(tubes.decode("in", payload)));
  const { lost, missed, sent } = await run(
    open,
    tubes.Client,
    tubes.In,
    tubes.decode,
    tubes.encode,
  );
  assert.deepEqual([lost, missed, sent.published], [0, 0, 0]);
  assert.equal(copies[0].format, "protobuf");
  assert.equal(copies[0].envelope.message.channel, "#a");
  const real = tubes.open(opened[0]);
  real.onEvent(() => {});
  await real.close(0);
});

test("what became of what was said", async () => {
  const run = new Function("irc", "console", `return (async () => { ${blocks[3]} })()`);
  const lines = [];
  const console = { log: (...line) => lines.push(line), error: (...line) => lines.push(line) };
  const bot = await testBot(() => {});
  await run(bot.irc, console);
  bot.answers({ state: "failed", code: "404", reason: "Cannot send to channel" });
  await run(bot.irc, console);
  assert.deepEqual(lines, [
    ["the bridge has it"],
    ["the bridge has it"],
    ["failed", "404", "Cannot send to channel"],
  ]);
});

test("what it says is there is there", async () => {
  const bus = tubes.open("memory://there");
  const bot = await testBot(() => {});
  const client = new tubes.Client(bus);
  for (const name of readme.match(/\| `Bus` \|(.*)/)[1].matchAll(/`(\w+)`/g))
    assert.equal(typeof bus[name[1]], "function", name[1]);
  for (const [, name] of readme.match(/\| `Client` \|(.*)/)[1].matchAll(/`(\w+)[`(]/g))
    assert.equal(typeof client[name], "function", name);
  for (const [, name] of readme.match(/`testBot\(bot\)`:(.*)/)[1].matchAll(/`(\w+)[`(]/g))
    assert.ok(bot[name] !== undefined, name);
  const kinds = readFileSync(join(root, "src/bus/events.ts"), "utf8").matchAll(/\| "(\w+)"/g);
  for (const [, kind] of kinds)
    assert.match(readme.match(/\*\*Events\.\*\*(.*?)\n\n/s)[1], new RegExp(`\`${kind}\``));
  execFileSync("node", ["--check", join(root, "examples/greeter.mjs")]);
});
