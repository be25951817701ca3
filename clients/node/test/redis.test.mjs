// What others see of this client in Redis.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { eventsOf, Mailbox, openFor, text } from "./mailbox.mjs";
import { startRedis } from "./servers.mjs";

const timeout = 10_000;
const quiet = { heartbeat: 0 };
const cli = (port, ...args) =>
  execFileSync("redis-cli", ["-p", `${port}`, ...args], { encoding: "utf8" }).trim();

test(
  "retained values are keys with the URL's prefix, in the URL's database",
  { timeout },
  async (t) => {
    const { port, url } = await startRedis(t);
    await openFor(t, url, quiet).put("nick", "tubes");
    await openFor(t, `${url}?prefix=zenircbot:`, quiet).put("nick", "zen");
    await openFor(t, `${url}/3`, quiet).put("nick", "third");
    assert.equal(cli(port, "GET", "tubes:nick"), "tubes");
    assert.equal(cli(port, "GET", "zenircbot:nick"), "zen");
    assert.equal(cli(port, "-n", "3", "GET", "tubes:nick"), "third");
  },
);

test("topics are channels, and know no databases", { timeout }, async (t) => {
  const { port, url } = await startRedis(t);
  const heard = new Mailbox();
  await openFor(t, `${url}/3`, quiet).subscribe("in.>", heard.push);
  for (const channel of ["in.", "in.#a", "in", "in.libera"]) cli(port, "PUBLISH", channel, "hello");
  assert.equal(text(await heard.next()), "in.libera:hello");
});

test(
  "a subscription that ended is ended at the backend, too, once nobody has it",
  { timeout },
  async (t) => {
    const { port, url } = await startRedis(t);
    const bus = openFor(t, url, quiet);
    const [one, two] = [await bus.subscribe("in", () => {}), await bus.subscribe("in", () => {})];
    await one.reset();
    assert.equal(cli(port, "PUBSUB", "NUMSUB", "in"), "in\n1");
    await two.reset();
    await bus.subscribe("other", () => {}); // behind the UNSUBSCRIBE
    assert.equal(cli(port, "PUBSUB", "NUMSUB", "in"), "in\n0");
  },
);

test("a key that belongs to something else is an error with its remedy", { timeout }, async (t) => {
  const { port, url } = await startRedis(t);
  const bus = openFor(t, url, quiet);
  cli(port, "LPUSH", "tubes:list", "x");
  await assert.rejects(bus.get("list"), {
    code: "refused",
    message: /GET of "list" \(WRONGTYPE.*choose another prefix/,
  });
  assert.equal(bus.stats().connected, true);
});

test("a connection that Redis ends is made anew", { timeout }, async (t) => {
  const { port, url } = await startRedis(t);
  const bus = openFor(t, url, { ...quiet, backoffLongest: 50 });
  const [events, heard] = [eventsOf(bus), new Mailbox()];
  await bus.subscribe("in", heard.push);
  for (const type of ["pubsub", "normal"]) {
    cli(port, "CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
    assert.match((await events.next("disconnected")).what, /^lost redis at 127\.0\.0\.1:\d+ \(/);
    await events.next("resubscribed");
    await bus.publish("in", type);
    assert.equal(text(await heard.next()), `in:${type}`);
  }
});
