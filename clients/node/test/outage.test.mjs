// What a bus promises while its backend is away, with a real one that is killed and started again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { VirtualClock } from "../dist/index.js";
import { eventsOf, Mailbox, openFor, text } from "./mailbox.mjs";
import { freePort, startBroker, startRedis } from "./servers.mjs";

const redis = {
  urlOf: (port) => `redis://127.0.0.1:${port}`,
  start: (t, port) => startRedis(t, port),
  unreachable: /cannot reach redis at 127\.0\.0\.1:\d+ \(connection refused\); is it running\?/,
};
const zmq = {
  urlOf: (port) => `zmq://127.0.0.1:${port}`,
  start: (t, port) => startBroker(t, `zmq://127.0.0.1:${port}`),
  unreachable:
    /no broker answers at zmq:\/\/127\.0\.0\.1:\d+ \(cannot connect\); start one with: tubes broker --bind/,
};

const connect = (t, url, options) =>
  openFor(t, url, { backoffLongest: 100, heartbeat: 0, ...options });

for (const [name, backend] of Object.entries({ redis, zmq }))
  describe(name, { timeout: 30_000 }, () => {
    test("where no backend is, an error names the address, the cause and the remedy", async (t) => {
      const bus = connect(t, backend.urlOf(await freePort()), { readyTimeout: 200 });
      const events = eventsOf(bus);
      await assert.rejects(
        bus.subscribe("in", () => {}),
        (error) => {
          assert.equal(error.code, "timed_out");
          assert.match(error.message, /^cannot subscribe to "in" within 200 ms: /);
          assert.match(error.message, backend.unreachable);
          return true;
        },
      );
      await assert.rejects(bus.get("nick"), backend.unreachable);
      assert.match((await events.next("disconnected")).what, backend.unreachable);
      assert.equal(bus.stats().connected, false);
    });

    test("a backend that comes later is found, and what waited is delivered", async (t) => {
      const port = await freePort();
      const [a, b] = [connect(t, backend.urlOf(port)), connect(t, backend.urlOf(port))];
      const [events, heard, got] = [eventsOf(a), new Mailbox(), new Mailbox()];
      await a.subscribe("in", heard.push, { ready: "background" });
      await eventsOf(b).next("disconnected");
      await backend.start(t, port);
      await events.next("connected");
      assert.equal((await events.next("subscribed")).what, "in");
      await b.subscribe("echo", got.push);
      await a.publish("echo", "here");
      assert.equal(text(await got.next()), "echo:here");
      await b.publish("in", "1");
      assert.equal(text(await heard.next()), "in:1");
    });

    test("a reconnect subscribes everything again, and sends what waited", async (t) => {
      const port = await freePort();
      const { server } = await backend.start(t, port);
      const [a, b] = [connect(t, backend.urlOf(port)), connect(t, backend.urlOf(port))];
      const [events, others, heard] = [eventsOf(a), eventsOf(b), new Mailbox()];
      await a.subscribe("in", heard.push);
      await a.subscribe("in.>", heard.push);
      await b.publish("in", "before");
      assert.equal(text(await heard.next()), "in:before");
      await server.kill();
      await Promise.all([events.next("disconnected"), others.next("disconnected")]);
      await backend.start(t, port);
      assert.equal((await events.next("resubscribed")).count, 2);
      await b.publish("in.x", "after");
      assert.equal(text(await heard.next()), "in.x:after");
      await b.flush();
      const { published, accepted } = b.stats().sent;
      assert.deepEqual([published, accepted], [2, 2]);
    });

    test("what is published while away waits, bounded by bytes", async (t) => {
      const bus = connect(t, backend.urlOf(await freePort()), {
        outboxBytes: 100,
        publishTimeout: 50,
      });
      await eventsOf(bus).next("disconnected");
      await bus.publish("in", Buffer.alloc(60));
      assert.equal(bus.tryPublish("in", Buffer.alloc(60)), false);
      await assert.rejects(bus.publish("in", Buffer.alloc(60)), (error) => {
        assert.equal(error.code, "outbox_full");
        assert.match(error.message, /the outbox of 100 bytes is full: 1 messages wait for/);
        return true;
      });
      await assert.rejects(bus.flush(50), /1 messages wait/);
      const { sent } = await bus.close(50);
      assert.deepEqual([sent.published, sent.discarded, sent.waiting], [1, 1, 0]);
    });

    test("a backend that is slow makes publishers wait, in their order", async (t) => {
      const { server, url } = await backend.start(t, await freePort());
      const [a, b] = [connect(t, url), connect(t, url, { outboxBytes: 100, publishTimeout: 100 })];
      const heard = new Mailbox();
      await a.subscribe("in", heard.push);
      await b.publish("in", "1");
      await b.flush();
      await server.freeze();
      await b.publish("in", "2".repeat(90));
      await assert.rejects(b.publish("in", "lost".repeat(10)), { code: "outbox_full" });
      const waiting = [b.publish("in", "3".repeat(50)), b.publish("in", "4")];
      assert.equal(b.tryPublish("in", "5"), false);
      server.thaw();
      await Promise.all(waiting);
      const payloads = (await heard.take(4)).map(({ payload }) => String(payload)[0]);
      assert.deepEqual(payloads, ["1", "2", "3", "4"]);
    });

    test("what waits for too long while away is dropped, counted and told", async (t) => {
      const bus = connect(t, backend.urlOf(await freePort()), { outboxAge: 30 });
      const events = eventsOf(bus);
      await bus.publish("in", "1");
      await bus.publish("in", "2");
      for (let told = 0; told < 2;) told += (await events.next("expired")).count;
      assert.equal(bus.stats().sent.expired, 2);
    });

    test("one that accepts and says nothing is given up", async (t) => {
      const port = await freePort();
      const sockets = new Set();
      const accept = (socket) => sockets.add(socket);
      const servers = [port, port + 1].map((each) =>
        createServer(accept).listen(each, "127.0.0.1"),
      );
      await Promise.all(servers.map((server) => once(server, "listening")));
      t.after(() => [...sockets].forEach((socket) => socket.destroy()));
      t.after(() => servers.forEach((server) => server.close()));
      const bus = connect(t, backend.urlOf(port), { connectTimeout: 100 });
      assert.match((await eventsOf(bus).next("disconnected")).what, /\(no answer within 100 ms\)/);
      await bus.close();
    });

    test("one that falls silent is found out, within 10 s", async (t) => {
      const port = await freePort();
      const { server } = await backend.start(t, port);
      const clock = new VirtualClock();
      const bus = connect(t, backend.urlOf(port), { clock });
      const events = eventsOf(bus);
      await events.next("connected");
      await server.freeze();
      await bus.publish("in", "");
      await clock.advance(9_999);
      assert.equal(bus.stats().connected, true);
      await clock.advance(1);
      assert.match(
        (await events.next("disconnected")).what,
        /^lost .*\(it has (not answered|confirmed nothing) for \d+ s\)/,
      );
      assert.equal((await events.next("unconfirmed")).count, 1);
    });

    test("what was on the way when the connection broke is counted as unconfirmed", async (t) => {
      const port = await freePort();
      const { server } = await backend.start(t, port);
      const bus = connect(t, backend.urlOf(port));
      const events = eventsOf(bus);
      await bus.publish("in", "1");
      await bus.flush();
      await server.freeze();
      await bus.publish("in", "2");
      await server.kill();
      assert.equal((await events.next("unconfirmed")).count, 1);
      const { published, accepted, unconfirmed, waiting } = bus.stats().sent;
      assert.deepEqual([published, accepted, unconfirmed, waiting], [2, 1, 1, 0]);
      await assert.rejects(bus.flush(), /1 are in doubt or were dropped/);
    });
  });
