// What became of what a bot said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, In, open, Out, Receipt, TubesError, VirtualClock } from "../dist/index.js";
import { testBot } from "../dist/testing.js";
import { eventsOf, Mailbox, openFor } from "./mailbox.mjs";
import { freePort, startBroker, startRedis } from "./servers.mjs";

let names = 0;

/** A bot's client and a bridge's on one bus in memory, with what asked for a receipt. */
async function together(options = {}) {
  const clock = new VirtualClock();
  const url = `memory://receipts-${++names}`;
  const irc = new Client(open(url, { clock }), options);
  const bridge = new Client(open(url, { clock }));
  const asked = [];
  for (const type of Object.values(Out)) await bridge.on(type, (m) => void asked.push(m));
  return { irc, bridge, asked, clock };
}

/** A fake bridge: answers what asks for a receipt with these. */
async function answers(bridge, ...states) {
  for (const type of Object.values(Out))
    await bridge.on(type, async ({ id }) => {
      for (const state of states) await bridge.publish(new Receipt({ id, state }));
    });
}

/** What was asked for is on its way. */
const begun = () => new Promise(setImmediate);

/** Whether it has settled by now. */
const isSettled = async (promise) => (await Promise.race([promise, undefined])) !== undefined;

const shown = ({ state, code }) => [state, code];

for (const state of ["confirmed", "sent", "failed", "unknown"])
  test(`queued is told, and then it resolves with its ending: ${state}`, async () => {
    const { irc, bridge } = await together();
    await answers(bridge, "queued", state);
    const queued = [];
    const ending = await irc.say("#a", "hi", {
      receipt: true,
      onQueued: (receipt) => queued.push(receipt),
    });
    assert.ok(ending instanceof Receipt);
    assert.equal(ending.state, state);
    assert.equal(ending.said, state === "confirmed" || state === "sent");
    assert.deepEqual(queued.map(shown), [["queued", ""]]);
    assert.equal(queued[0].id, ending.id);
  });

test("every verb asks if it is to", async () => {
  const { irc, bridge, asked } = await together();
  await answers(bridge, "sent");
  const receipt = true;
  assert.equal((await irc.say("#a", "hi", { network: "libera", receipt })).state, "sent");
  assert.equal((await irc.action("#a", "waves", { receipt })).state, "sent");
  assert.equal((await irc.raw("JOIN #c", { receipt })).state, "sent");
  const message = new In.Privmsg({ sender: "alice", channel: "#a", message: "hello" });
  assert.equal((await irc.reply(message, "hi", { receipt })).state, "sent");
  const marked = new In.Privmsg({ sender: "alice", channel: "#a", message: "hello", bot: true });
  assert.equal(await irc.reply(marked, "hi", { receipt }), false);
  assert.equal(await irc.say("#a", "no receipt", { network: "libera" }), undefined);
  assert.equal(await irc.reply(message, "hi"), true);
  assert.deepEqual(
    asked.map(({ id, network, message, command }) => [id !== "", network, message ?? command]),
    [
      [true, "libera", "hi"],
      [true, "", "waves"],
      [true, "", "JOIN #c"],
      [true, "", "hi"],
      [false, "libera", "no receipt"],
      [false, "", "hi"],
    ],
  );
});

test("a failure is a value with its cause", async () => {
  const { irc, bridge } = await together();
  const cause = { state: "failed", network: "libera", code: "404", reason: "Cannot send" };
  await bridge.on(Out.Privmsg, ({ id }) => bridge.publish(new Receipt({ id, ...cause })));
  const { state, network, code, reason } = await irc.say("#a", "hi", { receipt: true });
  assert.deepEqual({ state, network, code, reason }, cause);
});

test("each message has an id of its own, also of other clients", async () => {
  const { irc, asked } = await together();
  const other = new Client(irc.bus);
  for (const each of [irc, other])
    for (let n = 0; n < 50; ++n) void each.say("#a", "hi", { receipt: true });
  await begun();
  assert.equal(new Set(asked.map(({ id }) => id)).size, 100);
  assert.ok(asked.every(({ id }) => id.length > 0 && id.length <= 128));
});

test("what is late, said twice or foreign is passed over", async () => {
  const { irc, bridge, asked } = await together();
  const [events, queued] = [eventsOf(irc.bus), []];
  const saying = irc.say("#a", "hi", { receipt: true, onQueued: (each) => queued.push(each) });
  await begun();
  const [{ id }] = asked;
  await bridge.publish(new Receipt({ id: "somebody's", state: "failed" }));
  await bridge.publish(new Receipt({ id, state: "a state of tomorrow" }));
  assert.equal(await isSettled(saying), false);
  for (const state of ["queued", "queued", "confirmed", "failed", "queued"])
    await bridge.publish(new Receipt({ id, state }));
  assert.equal((await saying).state, "confirmed");
  assert.equal(queued.length, 1);
  await bridge.bus.publish("receipts", "{");
  assert.match((await events.next("undecodable")).what, /^receipts: not JSON/);
});

test("without an ending it is unknown in the end", async () => {
  const { irc, bridge, asked, clock } = await together();
  const saying = irc.say("#a", "hi", { receipt: true });
  await begun();
  await clock.advance(599_999);
  assert.equal(await isSettled(saying), false);
  await clock.advance(1);
  assert.deepEqual(shown(await saying), ["unknown", "timeout"]);
  await bridge.publish(new Receipt({ id: asked[0].id, state: "confirmed" }));
});

test("the timeout is an option", async () => {
  const { irc, clock } = await together({ receiptTimeout: 2_000 });
  const saying = irc.say("#a", "hi", { receipt: true });
  await begun();
  await clock.advance(2_000);
  assert.deepEqual(shown(await saying), ["unknown", "timeout"]);
});

test("close ends what is open, and nothing more is asked", async () => {
  const { irc, asked } = await together();
  const saying = irc.say("#a", "hi", { receipt: true });
  await begun();
  await irc.close();
  assert.deepEqual(shown(await saying), ["unknown", "closed"]);
  await assert.rejects(irc.say("#a", "hi", { receipt: true }), { code: "closed" });
  assert.equal(asked.length, 1);
});

test("many who ask at once hear each receipt once", async () => {
  const { irc, bridge } = await together();
  await answers(bridge, "sent");
  const subscribed = [];
  const { subscribe } = irc.bus;
  irc.bus.subscribe = (...given) => (subscribed.push(given[0]), subscribe.apply(irc.bus, given));
  const saying = Array.from({ length: 10 }, () => irc.say("#a", "hi", { receipt: true }));
  assert.equal((await Promise.all(saying)).length, 10);
  await irc.say("#a", "hi", { receipt: true });
  assert.deepEqual(subscribed, ["receipts"]);
});

test("the end of the bus ends what is open", async () => {
  const { irc } = await together();
  const saying = irc.say("#a", "hi", { receipt: true });
  await begun();
  await irc.bus.close();
  assert.deepEqual(shown(await saying), ["unknown", "closed"]);
});

test("10,000 may be open, and no more", async () => {
  const { irc, asked } = await together();
  for (let n = 0; n < 10_000; ++n) void irc.say("#a", "hi", { receipt: true });
  await begun();
  await assert.rejects(irc.say("#a", "hi", { receipt: true }), { code: "outbox_full" });
  assert.equal(asked.length, 10_000);
  await irc.say("#a", "hi");
});

test("what cannot be published is an event all the same, and leaves nothing open", async () => {
  const clock = new VirtualClock();
  const bus = open(`memory://receipts-${++names}`, { clock, maxPayload: 200 });
  const events = eventsOf(bus);
  const irc = new Client(bus);
  const saying = irc.say("#a", "x".repeat(200), { receipt: true });
  await assert.rejects(saying, { code: "payload_too_large" });
  assert.match((await events.next("rejected")).what, /over the limit of 200 bytes/);
  void irc.say("#a", "x".repeat(200), { receipt: true });
  await events.next("rejected");
  for (let n = 0; n < 10_001; ++n)
    await irc.say("#a", "x".repeat(200), { receipt: true }).catch(({ code }) => {
      assert.equal(code, "payload_too_large");
    });
});

test("the topic of receipts can have another name", async () => {
  const { irc, bridge } = await together();
  const [receipts, heard] = ["receipts.libera", new Mailbox()];
  await bridge.bus.subscribe(receipts, heard.push);
  await answers(new Client(bridge.bus, { receipts }), "sent");
  const ending = await new Client(irc.bus, { receipts }).say("#a", "hi", { receipt: true });
  assert.equal(ending.state, "sent");
  await heard.next();
});

test("receipts are messages for whoever wants all of them", async () => {
  const { irc, bridge } = await together();
  await answers(bridge, "queued", "confirmed");
  const states = [];
  await irc.on(Receipt, ({ id, state }) => void states.push([id, state]));
  await bridge.publish(new Out.Privmsg({ to: "#a", message: "hi", id: "my own" }));
  assert.deepEqual(states, [
    ["my own", "queued"],
    ["my own", "confirmed"],
  ]);
});

test("a handler of queued that fails is told, and the ending comes", async () => {
  const { irc, bridge } = await together();
  await answers(bridge, "queued", "sent");
  const events = eventsOf(irc.bus);
  for (const onQueued of [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
  ]) {
    assert.equal((await irc.say("#a", "hi", { receipt: true, onQueued })).state, "sent");
    assert.equal((await events.next("handler_failed")).what, "no");
  }
});

test("a lost receipt is a gap", async () => {
  const { irc, bridge, asked } = await together();
  const events = eventsOf(irc.bus);
  const first = irc.say("#a", "hi", { receipt: true });
  await begun();
  const [{ id }] = asked;
  await bridge.publish(new Receipt({ id, state: "queued" }));
  await bridge.bus.publishNumbered("receipts", () => "nonsense");
  await bridge.publish(new Receipt({ id, state: "sent" }));
  assert.equal((await first).state, "sent");
  assert.equal((await events.next("gap")).what, "receipts: lost on the way");
});

// A bot that waits in its handler.

const patient = (endings) => (irc) =>
  irc.on(In.Privmsg, async (m) => {
    endings.push(await irc.say(m.channel, "hi", { receipt: true }));
  });

test("the test of a bot answers as a bridge does", async () => {
  const endings = [];
  const bot = await testBot(patient(endings));
  await bot.hears("alice", "#a", "hello");
  bot.answers({ state: "failed", code: "404", reason: "Cannot send to channel" });
  await bot.hears("alice", "#a", "hello");
  assert.deepEqual(endings.map(shown), [
    ["confirmed", ""],
    ["failed", "404"],
  ]);
  assert.equal(endings[1].reason, "Cannot send to channel");
});

test("a receipt by hand, and none", async () => {
  const endings = [];
  const bot = await testBot(patient(endings));
  bot.answers(undefined);
  const byHand = bot.hears("alice", "#a", "hello");
  await begun();
  const [{ id }] = bot.saidMessages();
  await bot.receives(new Receipt({ id, state: "sent" }));
  await byHand;
  const silent = bot.hears("alice", "#a", "hello");
  await begun();
  await bot.advance(600_000);
  await silent;
  assert.deepEqual(endings.map(shown), [
    ["sent", ""],
    ["unknown", "timeout"],
  ]);
});

// On real transports.

for (const [name, startBackend] of Object.entries({ redis: startRedis, zmq: startBroker })) {
  test(`it resolves with the ending, over ${name}`, { timeout: 20_000 }, async (t) => {
    const { url } = await startBackend(t);
    const [irc, bridge] = [new Client(openFor(t, url)), new Client(openFor(t, url))];
    await answers(bridge, "queued", "confirmed");
    const queued = new Mailbox();
    const asking = { receipt: true, onQueued: queued.push };
    const saying = Array.from({ length: 100 }, (_, n) => irc.say("#a", `${n}`, asking));
    const states = new Set((await Promise.all(saying)).map(({ state }) => state));
    assert.deepEqual([...states], ["confirmed"]);
    assert.equal((await queued.take(100)).length, 100);
  });

  test(`the first receipt is not missed, over ${name}`, { timeout: 20_000 }, async (t) => {
    const { url } = await startBackend(t);
    const bridge = new Client(openFor(t, url));
    await answers(bridge, "sent");
    for (const ready of ["wait", "background"])
      for (let n = 0; n < 10; ++n) {
        const irc = new Client(open(url), { subscribe: { ready }, receiptTimeout: 5_000 });
        const { state } = await irc.say("#a", "hi", { receipt: true });
        assert.equal(state, "sent");
        await irc.bus.close();
      }
  });

  test(`a handler may wait for the ending, over ${name}`, { timeout: 20_000 }, async (t) => {
    const { url } = await startBackend(t);
    const [irc, bridge] = [
      new Client(openFor(t, url), { receiptTimeout: 500 }),
      new Client(openFor(t, url)),
    ];
    const endings = new Mailbox();
    await irc.on(In.Join, async (m) =>
      endings.push(await irc.say(m.channel, "hi", { receipt: true })),
    );
    const join = new In.Join({ sender: "alice", channel: "#a" });
    await bridge.publish(join);
    assert.deepEqual(shown(await endings.next()), ["unknown", "timeout"]);
    await answers(bridge, "sent");
    await bridge.publish(join);
    assert.equal((await endings.next()).state, "sent");
  });
}

for (const ready of ["wait", "background"])
  test(`who could not be heard asks again (${ready})`, { timeout: 20_000 }, async (t) => {
    const port = await freePort();
    const bus = openFor(t, `redis://127.0.0.1:${port}`, { readyTimeout: 50 });
    bus.onEvent(() => {});
    const irc = new Client(bus, { subscribe: { ready } });
    await assert.rejects(irc.say("#a", "hi", { receipt: true }), { code: "timed_out" });
    const { url } = await startRedis(t, port);
    await answers(new Client(openFor(t, url)), "sent");
    for (let state; state !== "sent"; )
      ({ state } = await irc.say("#a", "hi", { receipt: true }).catch(({ code }) => ({ code })));
  });

test("nothing is said where receipts cannot be heard", { timeout: 20_000 }, async () => {
  const bus = open("redis+unix:///nowhere/at/all", { readyTimeout: 50 });
  bus.onEvent(() => {});
  for (const ready of ["wait", "background"]) {
    const irc = new Client(bus, { subscribe: { ready } });
    await assert.rejects(irc.say("#a", "hi", { receipt: true }), (error) => {
      assert.ok(error instanceof TubesError);
      assert.match(error.message, /^cannot subscribe to "receipts" within 50 ms/);
      return true;
    });
  }
  assert.equal(bus.stats().sent.published, 0);
  await bus.close(0);
});
