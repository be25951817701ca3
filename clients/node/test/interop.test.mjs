// Beside the C++ programs on one bus.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Client, In, Out } from "../dist/index.js";
import { Mailbox, openFor } from "./mailbox.mjs";
import { start, startBroker, startRedis, tubes } from "./servers.mjs";

const run = promisify(execFile);

for (const [name, startBackend] of Object.entries({ redis: startRedis, zmq: startBroker })) {
  test(`${name}: \`tubes say\` is heard, without a loss`, { timeout: 20_000 }, async (t) => {
    const { url } = await startBackend(t);
    const bus = openFor(t, url);
    const [irc, said] = [new Client(bus), new Mailbox()];
    await irc.on(Out.Privmsg, said.push);
    await run(tubes, ["say", "#a", "v1.2 is live", "--bus", url]);
    const { to, message } = await said.next();
    assert.deepEqual([to, message], ["#a", "v1.2 is live"]);
    await bus.close();
    assert.deepEqual(irc.losses(), { lost: 0, missed: 0 });
  });

  for (const inWire of ["json", "protobuf"])
    test(
      `${name}: \`tubes sub\` shows what is published as ${inWire}`,
      { timeout: 20_000 },
      async (t) => {
        const { url } = await startBackend(t);
        const shown = await start(t, tubes, ["sub", "in", "--bus", url], /subscribed in/);
        const bus = openFor(t, url, { name: "a node bot" });
        const lines = new Mailbox();
        shown.process.stdout.on("data", (data) => lines.push(String(data)));
        await new Client(bus, { inWire }).publish(
          new In.Join({ sender: "alice", channel: "#tubes" }),
        );
        assert.match(await lines.find((line) => line.includes("join")), /alice.*#tubes/s);
        const { stdout } = await run(tubes, ["stats", url, "--json", "--wait", "300"]);
        const peers = stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
        const own = peers.find(({ id }) => id === bus.id);
        assert.equal(own?.name, "a node bot", stdout);
        assert.equal(own.sent.published, 1);
        await bus.close();
      },
    );
}
