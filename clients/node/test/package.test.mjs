// The package as npm packs it, where the optional libraries are not installed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder } from "./servers.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const command = ["pack", "--dry-run", "--json", "--ignore-scripts", "--offline"];
const [{ files }] = JSON.parse(execFileSync("npm", command, { cwd: root, stdio: "pipe" }));
const names = files.map((file) => file.path);

/** A folder with the package in it, and nothing else. */
function packed(t) {
  const path = folder(t);
  const target = join(path, "node_modules", "tubes-bus");
  for (const name of names) {
    mkdirSync(join(target, name, ".."), { recursive: true });
    cpSync(join(root, name), join(target, name));
  }
  return path;
}

test("the package holds what it needs, and nothing of the machine", () => {
  for (const name of [
    "package.json",
    "README.md",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/testing.js",
    "proto/tubes/v1/envelope.proto",
  ])
    assert.ok(names.includes(name), name);
  assert.ok(
    !names.some((name) => /test\/|node_modules|\.ts$(?<!\.d\.ts)/.test(name)),
    names.join(" "),
  );
  for (const name of names) assert.ok(!readFileSync(join(root, name), "utf8").includes(root), name);
});

test("a library that is not installed is an error that names what to install", (t) => {
  const path = packed(t);
  const script = `
    import { decode, open } from "tubes-bus";
    for (const url of ["redis://h", "rediss://h", "zmq://h"])
      try { open(url); } catch (error) { console.log(error.code, error.message); }
    console.log(decode("in", Buffer.from("0801", "hex")).why);
    console.log(decode("in", Buffer.from('{"version":1,"type":"quit","data":{"sender":"a"}}')).envelope.message.sender);
    await open("memory://x").publish("in", "");`;
  writeFileSync(join(path, "script.mjs"), script);
  const lines = execFileSync("node", ["script.mjs"], { cwd: path, encoding: "utf8" })
    .trim()
    .split("\n");
  assert.deepEqual(lines, [
    "unsupported redis:// needs the npm package redis, which is not installed; install it with: npm install redis@4",
    "unsupported rediss:// needs the npm package redis, which is not installed; install it with: npm install redis@4",
    "unsupported zmq:// needs the npm package zeromq, which is not installed; install it with: npm install zeromq@6",
    "not JSON, and to read protobuf the npm package protobufjs is not installed: ..",
    "a",
  ]);
});

test("its types are those that a strict program needs", (t) => {
  const path = packed(t);
  mkdirSync(join(path, "node_modules", "@types"));
  symlinkSync(
    join(root, "node_modules", "@types", "node"),
    join(path, "node_modules", "@types", "node"),
  );
  const undici = join(root, "node_modules", "undici-types");
  if (existsSync(undici)) symlinkSync(undici, join(path, "node_modules", "undici-types"));
  writeFileSync(
    join(path, "bot.mts"),
    `
    import { Client, In, open, Out, type Bus, type Receipt } from "tubes-bus";
    import { testBot } from "tubes-bus/testing";
    const bus: Bus = open("memory://x");
    const irc = new Client(bus, { outWire: "protobuf", answerBots: true });
    await irc.on(In.Privmsg, async (m) => { const told: boolean = await irc.reply(m, m.sender.toUpperCase()); void told; });
    await irc.on(In.Names, (m) => m.nicks.get("alice")?.length);
    await irc.publish(new Out.Raw({ command: "JOIN #a" }));
    const ending: Receipt = await irc.say("#a", "x", { receipt: true, onQueued: (r) => r.state });
    const answer: Receipt | false = await irc.reply(new In.Join({ sender: "a", channel: "#a" }), "x", { receipt: true });
    const said: boolean = ending.said; void said, answer;
    await irc.on(In.Lag, (m) => m.milliseconds > 1000n);
    // @ts-expect-error: without one asked for there is no receipt
    (await irc.say("#a", "x")).state;
    // @ts-expect-error: a required field is missing
    new In.Privmsg({ sender: "a", channel: "#a" });
    // @ts-expect-error: fields are read-only
    await irc.on(In.Join, (m) => { m.sender = "b"; });
    const bot = await testBot(async (client) => { await client.say("#a", "x"); });
    const heard: [string, string][] = bot.said(); void heard;`,
  );
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const flags = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--types",
    "node",
    "bot.mts",
  ];
  execFileSync("node", [tsc, ...flags], { cwd: path, stdio: "inherit" });
});
