// What the client does with brokers that behave otherwise than ours: docs/ZEROMQ.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Router, XPublisher } from "zeromq";
import { eventsOf, Mailbox, openFor } from "./mailbox.mjs";
import { freePort } from "./servers.mjs";

const timeout = 10_000;

/** A broker that answers what the test says; `subscriptions` are those that it read. */
async function fakeBroker(t, answer) {
  const port = await freePort();
  const [router, publisher] = [new Router({ linger: 0 }), new XPublisher({ linger: 0 })];
  t.after(() => [router, publisher].forEach((socket) => socket.close()));
  await Promise.all([
    router.bind(`tcp://127.0.0.1:${port}`),
    publisher.bind(`tcp://127.0.0.1:${port + 1}`),
  ]);
  const broker = { url: `zmq://127.0.0.1:${port}`, publisher, subscriptions: new Mailbox() };
  void serve(router, async ([client, ...frames]) => {
    for (const reply of answer(frames.map(String), frames)) await router.send([client, ...reply]);
  });
  void serve(
    publisher,
    ([frame]) => frame[0] === 1 && broker.subscriptions.push(String(frame.subarray(1))),
  );
  return broker;
}

async function serve(socket, take) {
  for await (const frames of socket) await take(frames);
}

/** Answers the first `$ready` of a connection, so that it is up. */
async function welcome(broker) {
  const ready = await broker.subscriptions.find((each) => each.startsWith("$ready."));
  await broker.publisher.send([ready, ""]);
}

const u64 = (number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};
const hello = ([kind]) => (kind === "$hello" ? [["$hello", "1", "instance"]] : []);
const quiet = { heartbeat: 0, answerStats: false };

test(
  "a subscription is live once the broker has answered, and is asked for again",
  { timeout },
  async (t) => {
    const broker = await fakeBroker(t, hello);
    const bus = openFor(t, broker.url, quiet);
    await welcome(broker);
    let isLive = false;
    const live = bus.subscribe("in", () => {}).then(() => (isLive = true));
    assert.equal(await broker.subscriptions.next(), "in");
    const first = await broker.subscriptions.next();
    const second = await broker.subscriptions.next();
    assert.ok(first.startsWith("$ready.") && second.startsWith("$ready.") && first !== second);
    assert.equal(isLive, false);
    await broker.publisher.send([second, ""]);
    await live;
  },
);

test(
  "what the broker rejects is told and counted; the ones before it are accepted",
  { timeout },
  async (t) => {
    let published = 0;
    const broker = await fakeBroker(t, (frames) => {
      if (frames[0] === "$hello") return hello(frames);
      return ++published === 3
        ? [
            ["$reject", u64(3), "too large"],
            ["$ack", u64(3)],
          ]
        : [];
    });
    const bus = openFor(t, broker.url, quiet);
    const events = eventsOf(bus);
    await welcome(broker);
    for (let n = 0; n < 3; ++n) await bus.publish("in", "");
    assert.match(
      (await events.next("rejected")).what,
      /^the broker at zmq:.* refused a message: too large$/,
    );
    const { accepted, rejected, waiting } = bus.stats().sent;
    assert.deepEqual([accepted, rejected, waiting], [2, 1, 0]);
  },
);

test(
  "a retained value that the broker refuses is an error, and only at the call",
  { timeout },
  async (t) => {
    const answers = { $put: ["refused", "no room"], $get: ["none", ""] };
    const broker = await fakeBroker(t, (texts, frames) =>
      texts[0] === "$hello" ? hello(texts) : [["$answer", frames[1], ...answers[texts[0]]]],
    );
    const bus = openFor(t, broker.url, quiet);
    await welcome(broker);
    await assert.rejects(bus.put("key", "value"), { code: "refused", message: /no room/ });
    assert.equal(await bus.get("key"), undefined);
  },
);

test("a broker that lets nobody in says why", { timeout }, async (t) => {
  const broker = await fakeBroker(t, () => [["$refuse", "too many clients"]]);
  const bus = openFor(t, broker.url, { ...quiet, readyTimeout: 300 });
  await assert.rejects(bus.get("key"), {
    code: "refused",
    message: /refused the connection: too many clients/,
  });
});

test("what speaks something else is left, and tried again", { timeout }, async (t) => {
  const wrong = [["$ack", u64(7)], ["$ack", "short"], ["nonsense"]];
  const broker = await fakeBroker(t, (frames) => [
    ...hello(frames),
    ...(frames[0] === "in" ? [wrong.shift()] : []),
  ]);
  const bus = openFor(t, broker.url, { ...quiet, backoffLongest: 50 });
  const events = eventsOf(bus);
  for (const why of [
    /confirmed what was not sent/,
    /an answer that is none/,
    /an answer that is none/,
  ]) {
    await welcome(broker);
    await events.next("connected");
    await bus.publish("in", "");
    assert.match((await events.next("disconnected")).what, why);
  }
  assert.equal(bus.stats().sent.unconfirmed, 3);
});
