// The verbs of the original ZenIRCBot API.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadConfig, open, Client, Out } from "../dist/index.js";
import { testBot } from "../dist/testing.js";
import { folder } from "./servers.mjs";

test("sendPrivmsg and sendAction take a target or a list", async () => {
  const bus = open("memory://verbs");
  const [irc, said] = [new Client(bus), []];
  await irc.on(Out.Privmsg, ({ to, message }) => void said.push([to, message]));
  await irc.on(Out.PrivmsgAction, ({ to, message }) => void said.push([to, `/me ${message}`]));
  await irc.sendPrivmsg("#a", "1");
  await irc.sendPrivmsg(["#a", "#b"], "2");
  await irc.sendAction(["#a", "bob"], "waves");
  assert.deepEqual(said, [
    ["#a", "1"],
    ["#a", "2"],
    ["#b", "2"],
    ["#a", "/me waves"],
    ["bob", "/me waves"],
  ]);
});

test("sendAdminMessage says it in the admins' channels, if there are any", async () => {
  const bot = await testBot(() => {});
  assert.equal(await bot.irc.sendAdminMessage("lost"), false);
  await bot.bus.put("admin_spew_channels", "#a,#b");
  assert.equal(await bot.irc.sendAdminMessage("deployed"), true);
  assert.deepEqual(bot.said(), [["#a,#b", "deployed"]]);
});

test("registerCommands announces the service, and says what there is", async () => {
  const bot = await testBot(async (irc) => {
    await irc.bus.put("admin_spew_channels", "#admin");
    await irc.registerCommands("weather", [
      { name: "today", description: "the weather of today" },
      { name: "week", description: "of this week" },
    ]);
  });
  assert.deepEqual(bot.said(), [["#admin", "weather online!"]]);
  await bot.isTold("alice", "#a", "commands", { network: "libera" });
  await bot.isTold("alice", "#a", "services");
  await bot.isTold("alice", "#a", "today");
  const said = bot.saidMessages().map(({ to, message, network }) => [to, message, network]);
  assert.deepEqual(said, [
    ["alice", "weather: today - the weather of today", "libera"],
    ["alice", "weather: week - of this week", "libera"],
    ["alice", "weather", ""],
  ]);
});

test("loadConfig reads JSON with comments, and says where it is none", (t) => {
  const file = join(folder(t), "bot.json");
  const load = (content) => (writeFileSync(file, content), loadConfig(file));
  assert.deepEqual(load('\uFEFF{ // one\n "bus": "zmq://h//x", /* two\n */ "n": 1 }'), {
    bus: "zmq://h//x",
    n: 1,
  });
  const refused = (content, why) =>
    assert.throws(
      () => load(content),
      (error) =>
        error.code === "invalid_config" &&
        error.message.startsWith(`${file}: `) &&
        why.test(error.message),
    );
  refused('{\n "password": "s3cret"\n "x": 1 }', /^(?!.*s3cret).*is not JSON at line 3/);
  refused("{", /is not JSON at/);
  refused("[]", /must be a JSON object/);
  assert.throws(
    () => loadConfig(`${file}.none`),
    /cannot be read \(ENOENT\); name a file that is there/,
  );
});
