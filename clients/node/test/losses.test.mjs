// Gaps and heartbeats: docs/LEDGER.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, Gaps, In, open, Out, VirtualClock } from "../dist/index.js";
import { parseHeartbeat, heartbeatText } from "../dist/bus/heartbeat.js";
import { eventsOf, Mailbox, openFor } from "./mailbox.mjs";
import { freePort, startBroker, startRedis } from "./servers.mjs";

const beat = (publisher, last, final = false) => ({
  publisher,
  final,
  last: new Map(Object.entries(last)),
});

test("what was lost between two messages is a gap; late joins, restarts and repeats are none", () => {
  const gaps = new Gaps();
  assert.equal(gaps.message("in", "p", 17n), undefined);
  assert.equal(gaps.message("in", "p", 18n), undefined);
  assert.equal(gaps.message("in", "p", 18n), undefined);
  assert.equal(gaps.message("in", "p", 3n), undefined);
  assert.deepEqual(gaps.message("in", "p", 21n), {
    topic: "in",
    publisher: "p",
    count: 2,
    away: false,
  });
  assert.equal(gaps.message("out", "p", 5n), undefined);
  assert.equal(gaps.message("in", "restarted", 1n), undefined);
  assert.equal(gaps.message("in", "", 9n), undefined);
  assert.deepEqual(gaps.losses, { lost: 2, missed: 0 });
});

test("a heartbeat shows that the last message was lost, and an announcement that the first was", () => {
  const gaps = new Gaps();
  gaps.live("in");
  assert.deepEqual(gaps.heartbeat(beat("p", { in: 0n, other: 7n })), []);
  assert.deepEqual(gaps.heartbeat(beat("p", { in: 2n, other: 9n })), [
    { topic: "in", publisher: "p", count: 2, away: false },
  ]);
  gaps.message("in", "p", 3n);
  assert.deepEqual(gaps.heartbeat(beat("p", { in: 4n }, true)), [
    { topic: "in", publisher: "p", count: 1, away: false },
  ]);
  assert.equal(gaps.message("in", "p", 9n), undefined);
});

test("what was published while away is missed, not lost", () => {
  const gaps = new Gaps();
  gaps.live("in");
  gaps.message("in", "p", 1n);
  gaps.away();
  assert.deepEqual(gaps.heartbeat(beat("p", { in: 3n })), [
    { topic: "in", publisher: "p", count: 2, away: true },
  ]);
  gaps.live("in");
  assert.deepEqual(gaps.message("in", "p", 5n), {
    topic: "in",
    publisher: "p",
    count: 1,
    away: true,
  });
  assert.deepEqual(gaps.message("in", "p", 7n), {
    topic: "in",
    publisher: "p",
    count: 1,
    away: false,
  });
  assert.deepEqual(gaps.losses, { lost: 1, missed: 3 });
});

test("the pair that was silent longest is forgotten first", () => {
  const gaps = new Gaps(2);
  for (const publisher of ["a", "b", "a", "c"]) gaps.message("in", publisher, 1n);
  assert.equal(gaps.message("in", "b", 5n), undefined);
  assert.equal(gaps.message("in", "c", 3n).count, 1);
});

test("a heartbeat is read as C++ writes it, up to 2⁶⁴, and nothing else is one", () => {
  const text =
    '{"v":1,"publisher":"7f3a9c","final":false,"last":{"in":18446744073709551615,"out":3}}';
  const read = parseHeartbeat(Buffer.from(text));
  assert.deepEqual(read, {
    publisher: "7f3a9c",
    final: false,
    last: new Map([
      ["in", 2n ** 64n - 1n],
      ["out", 3n],
    ]),
  });
  assert.equal(heartbeatText(read), text);
  const refused = [
    "",
    "[]",
    "null",
    '{"v":2,"publisher":"p","final":false,"last":{}}',
    '{"v":1,"publisher":"a b","final":false,"last":{}}',
    '{"v":1,"publisher":"p","final":1,"last":{}}',
    '{"v":1,"publisher":"p","final":false,"last":{"#a":1}}',
    '{"v":1,"publisher":"p","final":false,"last":{"in":-1}}',
    '{"v":1,"publisher":"p","final":false,"last":{"in":"1"}}',
    '{"v":1,"publisher":"p","final":false,"last":{"in":18446744073709551616}}',
    " ".repeat(32_768) + text,
  ];
  for (const each of refused)
    assert.equal(parseHeartbeat(Buffer.from(each)), undefined, each.slice(0, 80));
});

/** The heartbeats that others hear, as text. */
async function heartbeatsOf(bus) {
  const beats = new Mailbox();
  bus.onPulse((pulse) => pulse.kind === "beat" && beats.push(heartbeatText(pulse.beat)));
  await bus.subscribe("anything", () => {});
  return beats;
}

test("a publisher announces, states twice what changed, and states all at its end", async () => {
  const clock = new VirtualClock();
  const beats = await heartbeatsOf(open("memory://beats", { clock }));
  const bus = open("memory://beats", { clock });
  const stated = (numbers, final = false) =>
    `{"v":1,"publisher":"${bus.id}","final":${final},"last":${numbers}}`;
  const irc = new Client(bus);
  await irc.say("#a", "1");
  await irc.say("#a", "2");
  await clock.advance(20_000);
  await irc.publish(new In.Join({ sender: "a", channel: "#a" }));
  await bus.close();
  assert.deepEqual(beats.items, [
    stated('{"out":0}'),
    stated('{"out":2}'),
    stated('{"out":2}'),
    stated('{"in":0}'),
    stated('{"out":2,"in":1}', true),
  ]);
});

test("each client of a bus counts for itself, also one that joins a live topic", async () => {
  const bus = open("memory://clients-of-one-bus");
  bus.onEvent(() => {});
  const clients = [new Client(bus), new Client(bus)];
  for (const client of clients) await client.on(Out.Privmsg, () => {});
  const other = open("memory://clients-of-one-bus");
  await other.publishNumbered("out", () => "what nobody can decode has no number");
  await other.close();
  for (const client of clients) assert.deepEqual(client.losses(), { lost: 1, missed: 0 });
});

const backends = {
  redis: {
    urlOf: (port) => `redis://127.0.0.1:${port}`,
    start: (t, port) => startRedis(t, port),
  },
  zmq: {
    urlOf: (port) => `zmq://127.0.0.1:${port}`,
    start: (t, port) => startBroker(t, `zmq://127.0.0.1:${port}`),
  },
};

for (const [name, backend] of Object.entries(backends)) {
  test(
    `${name}: nothing is claimed where nothing was lost; what was lost is told, at the latest at the end`,
    { timeout: 20_000 },
    async (t) => {
      const port = await freePort();
      await backend.start(t, port);
      const [a, b] = [openFor(t, backend.urlOf(port)), openFor(t, backend.urlOf(port))];
      const [events, heard] = [eventsOf(a), new Mailbox()];
      const irc = new Client(a);
      await irc.on(Out.Privmsg, heard.push);
      const speaker = new Client(b);
      for (let n = 0; n < 200; ++n) void speaker.say("#a", `${n}`);
      await heard.take(200);
      assert.deepEqual(irc.losses(), { lost: 0, missed: 0 });
      await b.publishNumbered("out", () => "what nobody can decode has no number");
      await b.close();
      const { what, count, publisher } = await events.next("gap");
      assert.deepEqual([what, count, publisher], ["out: lost on the way", 1, b.id]);
      assert.deepEqual(irc.losses(), { lost: 1, missed: 0 });
      await a.close();
    },
  );

  test(
    `${name}: what left while the receiver was away is missed, and known after the reconnect`,
    { timeout: 20_000 },
    async (t) => {
      const port = await freePort();
      const { server } = await backend.start(t, port);
      const options = { backoffLongest: 100 };
      const [a, b] = [
        openFor(t, backend.urlOf(port), options),
        openFor(t, backend.urlOf(port), options),
      ];
      const [events, others, heard] = [eventsOf(a), eventsOf(b), new Mailbox()];
      const irc = new Client(a);
      await irc.on(Out.Privmsg, heard.push);
      const speaker = new Client(b);
      await speaker.say("#a", "1");
      await heard.next();
      await server.freeze();
      await speaker.say("#a", "2");
      await server.kill();
      await Promise.all([others.next("unconfirmed"), events.next("disconnected")]);
      await speaker.say("#a", "3");
      await backend.start(t, port);
      await events.next("resubscribed");
      await b.close();
      const { what, count } = await events.next("gap");
      assert.equal(what, "out: published while this bus was away");
      assert.ok(count === 1 || count === 2, `${count}`); // 3 left before or after a was subscribed again
      assert.deepEqual(irc.losses(), { lost: 0, missed: count });
      await a.close();
    },
  );
}
