// The example: in a test of its own on the in-memory bus, and as a program between real servers.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, In, Out } from "../dist/index.js";
import { testBot } from "../dist/testing.js";
import { greeter } from "../examples/greeter.mjs";
import { Mailbox, openFor } from "./mailbox.mjs";
import { folder, freePort, start, startBroker, startRedis } from "./servers.mjs";

const program = fileURLToPath(new URL("../examples/greeter.mjs", import.meta.url));

test("the greeter says hello, and agrees", async () => {
  const bot = await testBot(greeter);
  await bot.hears("alice", "#a", "hello");
  await bot.hears("bob", "bob", "!woot");
  await bot.hears("bob", "#a", "something else");
  assert.deepEqual(bot.said(), [
    ["#a", `Hello alice, greetings from ${hostname()}`],
    ["bob", "Indeed!"],
  ]);
});

for (const [name, startBackend] of Object.entries({ redis: startRedis, zmq: startBroker }))
  for (const isConfigured of [false, true])
    test(
      `the greeter as a program, over ${name}${isConfigured ? " from a file" : ""}`,
      { timeout: 20_000 },
      async (t) => {
        const { url } = await startBackend(t);
        const file = join(folder(t), "bot.json");
        writeFileSync(file, `{ "bus": "${url}" /* the bus */ } // and nothing else`);
        const args = isConfigured ? ["--config", file] : [url];
        const process = await start(t, "node", [program, ...args], /listening on in/);
        const bus = openFor(t, url);
        const [irc, said] = [new Client(bus), new Mailbox()];
        await irc.on(Out.Privmsg, said.push);
        await irc.publish(
          new In.Privmsg({ sender: "alice", channel: "#a", message: "hello", network: "libera" }),
        );
        const { to, message, network } = await said.next();
        assert.deepEqual(
          [to, message, network],
          ["#a", `Hello alice, greetings from ${hostname()}`, "libera"],
        );
        process.kill("SIGTERM");
        const [code] = await process.ended;
        assert.equal(code, 0, process.output.join("\n"));
        assert.deepEqual(irc.losses(), { lost: 0, missed: 0 });
        await bus.close();
      },
    );

for (const scheme of ["redis", "zmq"])
  test(`the greeter ends cleanly without its ${scheme}`, { timeout: 20_000 }, async (t) => {
    const process = await start(
      t,
      "node",
      [program, `${scheme}://127.0.0.1:${await freePort()}`],
      /disconnected/,
    );
    process.kill("SIGINT");
    assert.equal((await process.ended)[0], 0, process.output.join("\n"));
  });

test("the greeter without a bus says how it is used", async (t) => {
  const process = await start(t, "node", [program], /usage: greeter.mjs URL/);
  assert.equal((await process.ended)[0], 1);
});
