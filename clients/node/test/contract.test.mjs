// What every bus promises, over every transport with its real backend.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { open } from "../dist/index.js";
import { eventsOf, Mailbox, text } from "./mailbox.mjs";
import { startBroker, startRedis } from "./servers.mjs";

const ends = [];
const suite = { after: (action) => ends.push(action) };
after(() => Promise.all(ends.map((end) => end())));
const folder = mkdtempSync(join(tmpdir(), "tubes-node-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const transports = {
  "memory, inline": async () => "memory://contract",
  "memory, thread": async () => "memory://contract-thread?dispatch=thread",
  redis: async () => (await startRedis(suite)).url,
  "redis+unix": async () => {
    const socket = join(folder, "redis.sock");
    await startRedis(suite, 0, ["--unixsocket", socket]);
    return `redis+unix://${socket}`;
  },
  zmq: async () => (await startBroker(suite)).url,
  "zmq+ipc": async () => (await startBroker(suite, `zmq+ipc://${folder}/bus`)).url,
};

for (const [name, start] of Object.entries(transports))
  describe(name, { timeout: 30_000 }, () => {
    let url = "";
    const buses = [];
    const bus = (options) => (buses.push(open(url, { heartbeat: 0, ...options })), buses.at(-1));
    before(async () => void (url = await start()));
    after(() => Promise.all(buses.map((each) => each.close())));

    test("a subscription is live when subscribe resolves", async () => {
      const publisher = bus();
      for (let round = 0; round < 10; ++round) {
        const subscriber = bus();
        const heard = new Mailbox();
        await subscriber.subscribe("live", heard.push);
        await publisher.publish("live", `${round}`);
        assert.equal(text(await heard.next()), `live:${round}`);
        await subscriber.close();
      }
    });

    test("a topic is matched exactly, or below a dot, once for each subscription", async () => {
      const [a, b] = [bus(), bus()];
      const [exact, below, again, all] = [
        new Mailbox(),
        new Mailbox(),
        new Mailbox(),
        new Mailbox(),
      ];
      await a.subscribe("match", exact.push);
      await a.subscribe("match.>", below.push);
      await a.subscribe("match.x.>", again.push);
      await a.subscribe("end", all.push);
      for (const topic of ["match", "match2", "match.x", "match.x.y", "end"])
        await b.publish(topic, "");
      await all.next();
      assert.deepEqual(exact.items.map(text), ["match:"]);
      assert.deepEqual(below.items.map(text), ["match.x:", "match.x.y:"]);
      assert.deepEqual(again.items.map(text), ["match.x.y:"]);
    });

    test("one publisher's messages arrive in the order published, and flush tells that they are accepted", async () => {
      const [a, b] = [bus(), bus()];
      const heard = new Mailbox();
      await a.subscribe("order", heard.push);
      const sent = Array.from({ length: 1_000 }, (_, n) => `order:${n}`);
      for (let n = 0; n < sent.length; ++n) void b.publish("order", `${n}`);
      await b.flush();
      const { published, accepted, waiting } = b.stats().sent;
      assert.deepEqual([published, accepted, waiting], [1_000, 1_000, 0]);
      assert.deepEqual((await heard.take(sent.length)).map(text), sent);
    });

    test("payloads are bytes, and arrive unchanged", async () => {
      const [a, b] = [bus(), bus()];
      const heard = new Mailbox();
      await a.subscribe("bytes", heard.push);
      const payloads = [
        Buffer.from([0, 1, 0xff, 0xfe, 0]),
        Buffer.alloc(0),
        Buffer.alloc(1 << 20, 7),
      ];
      for (const payload of payloads) await b.publish("bytes", payload);
      for (const payload of payloads) assert.ok(payload.equals((await heard.next()).payload));
    });

    test("a bus keeps no reference to what it publishes", async () => {
      const [a, b] = [bus(), bus()];
      const heard = new Mailbox();
      await a.subscribe("copy", heard.push);
      const payload = Buffer.from("before");
      const published = b.publish("copy", payload);
      payload.fill("x");
      await published;
      assert.equal(text(await heard.next()), "copy:before");
    });

    test("a call that makes no sense is an error at the call", async () => {
      const a = bus({ maxPayload: 10 });
      const code = (expected) => (error) => (assert.equal(error.code, expected), true);
      for (const topic of ["", "a..b", "#a", "in.>", "$own", "a".repeat(256)])
        await assert.rejects(a.publish(topic, ""), code("invalid_topic"));
      for (const filter of ["", ">", "in>", "a.*", "$stats"])
        await assert.rejects(
          a.subscribe(filter, () => {}),
          code("invalid_topic"),
        );
      await assert.rejects(a.get("a b"), code("invalid_topic"));
      await assert.rejects(a.subscribe("in"), code("invalid_argument"));
      await assert.rejects(
        a.publish("in", "12345678901"),
        /11 bytes on "in" is over the limit of 10/,
      );
    });

    test("what is too large is dropped and told", async () => {
      const [a, b] = [bus({ maxPayload: 10 }), bus()];
      const events = eventsOf(a);
      const heard = new Mailbox();
      await a.subscribe("large", heard.push);
      await b.publish("large", "12345678901");
      await b.publish("large", "1234567890");
      assert.match((await events.next("too_large")).what, /11 bytes on "large"/);
      assert.equal(text(await heard.next()), "large:1234567890");
    });

    test("a handler that throws is counted and told, and the next delivery goes on", async () => {
      const [a, b] = [bus(), bus()];
      const events = eventsOf(a);
      const heard = new Mailbox();
      await a.subscribe("throws", (delivery) => {
        heard.push(delivery);
        throw new Error(`no ${delivery.payload}`);
      });
      await a.subscribe("throws", async ({ payload }) =>
        Promise.reject(new Error(`later no ${payload}`)),
      );
      for (const each of ["1", "2"]) await b.publish("throws", each);
      assert.deepEqual((await heard.take(2)).map(text), ["throws:1", "throws:2"]);
      const told = [];
      while (told.length < 4) told.push((await events.next("handler_failed")).what);
      assert.deepEqual(told.sort(), ["later no 1", "later no 2", "no 1", "no 2"]);
      assert.equal(a.stats().handlersFailed, 4);
    });

    test("at most one handler of a bus runs at a time, in order", async () => {
      const [a, b] = [bus(), bus()];
      const steps = new Mailbox();
      let running = 0;
      const slow = async ({ payload }) => {
        assert.equal(++running, 1);
        await new Promise((resolve) => setImmediate(resolve));
        --running;
        steps.push(`${payload}`);
      };
      await a.subscribe("turn", slow);
      await a.subscribe("turn.>", slow);
      for (const [topic, payload] of [
        ["turn", "1"],
        ["turn.x", "2"],
        ["turn", "3"],
      ])
        await b.publish(topic, payload);
      const heard = await steps.take(3);
      assert.deepEqual(
        heard.filter((each) => each !== "2"),
        ["1", "3"],
      );
      assert.equal(a.stats().handlersFailed, 0);
    });

    test("a handler may publish, subscribe, flush, read and close without deadlock", async () => {
      const [a, b] = [bus(), bus()];
      const done = new Mailbox();
      await b.subscribe("answer", done.push);
      await a.subscribe("question", async () => {
        const another = await a.subscribe("another", () => {});
        await a.put("asked", "yes");
        await a.publish("answer", await a.get("asked"));
        await a.flush();
        await another.reset();
        await a.close();
      });
      await b.publish("question", "");
      assert.equal(text(await done.next()), "answer:yes");
      await a.close();
      await assert.rejects(a.publish("answer", ""), { code: "closed" });
    });

    test("a full inbox drops by a declared policy, counts it and tells it", async () => {
      const [a, b] = [bus(), bus()];
      const events = eventsOf(a);
      const [oldest, newest, end] = [new Mailbox(), new Mailbox(), new Mailbox()];
      let release;
      const blocked = new Promise((resolve) => (release = resolve));
      const entered = new Mailbox();
      await a.subscribe("block", () => (entered.push(), blocked));
      await a.subscribe("full", oldest.push, { inboxMessages: 2 });
      await a.subscribe("full", newest.push, { inboxMessages: 2, overflow: "drop_newest" });
      await a.subscribe("full.end", end.push);
      void b.publish("block", "");
      await entered.next();
      for (const each of ["1", "2", "3", "4", "5"]) void b.publish("full", each);
      await b.flush();
      while (a.stats().received.overflowed < 6)
        await new Promise((resolve) => setImmediate(resolve));
      release();
      assert.deepEqual((await oldest.take(2)).map(text), ["full:4", "full:5"]);
      assert.deepEqual((await newest.take(2)).map(text), ["full:1", "full:2"]);
      const first = await events.next("overflow");
      const second = first.count === 6 ? { count: 0 } : await events.next("overflow");
      assert.equal(first.what, "full");
      assert.ok(first.count + second.count >= 3);
      const { received, delivered, waiting, overflowed } = a.stats().received;
      assert.equal(received, delivered + waiting + overflowed);
    });

    test("after reset the handler runs no more", async () => {
      const [a, b] = [bus(), bus()];
      const [first, second] = [new Mailbox(), new Mailbox()];
      const subscription = await a.subscribe("reset", first.push);
      await a.subscribe("reset", second.push);
      await b.publish("reset", "1");
      await second.next();
      await first.next();
      await subscription.reset();
      await b.publish("reset", "2");
      await second.next();
      assert.equal(first.items.length, 0);
    });

    test("after() runs its action as a handler", async () => {
      const done = new Mailbox();
      bus().after(1, () => done.push("ran"));
      assert.equal(await done.next(), "ran");
    });

    test("retained values: the last one wins, late joiners read it", async () => {
      const a = bus();
      await a.put("state.x", "1");
      await a.put("state.x", Buffer.from([0, 0xff]));
      const late = bus();
      assert.deepEqual(await late.get("state.x"), Buffer.from([0, 0xff]));
      await a.remove("state.x");
      assert.equal(await late.get("state.x"), undefined);
    });

    test("close drains inboxes and outbox, is idempotent and final", async () => {
      const [a, b] = [bus(), bus()];
      const heard = new Mailbox();
      await a.subscribe("drain", heard.push);
      for (let n = 0; n < 100; ++n) void b.publish("drain", `${n}`);
      const { sent } = await b.close();
      assert.equal(sent.accepted, 100);
      assert.equal((await heard.take(100)).length, 100);
      await b.close();
      await assert.rejects(b.publish("drain", ""), { code: "closed" });
      await assert.rejects(
        b.subscribe("drain", () => {}),
        { code: "closed" },
      );
    });
  });
