// A call that makes no sense is refused where it stands, and nothing is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import { In, Out, Receipt, WebIn } from "../dist/index.js";
import { testBot } from "../dist/testing.js";

const hello = new In.Privmsg({ sender: "alice", channel: "#a", message: "hello" });
const silent = () => undefined;

/** It rejects with a TypeError of this text, and publishes nothing. */
async function refused(call, text) {
  const bot = await testBot(() => {});
  bot.answers(undefined);
  await assert.rejects(call(bot.irc), (error) => {
    assert.ok(error instanceof TypeError, String(error));
    assert.match(error.message, text);
    return true;
  });
  assert.equal(bot.bus.stats().sent.published, 0);
}

const hows = [
  [{ network: 5 }, /^network must be a string, not a number$/],
  [{ network: 5, receipt: true }, /^network must be a string, not a number$/],
  [{ receipt: "yes" }, /^receipt must be true or false, not a string$/],
  [{ receipt: null }, /^receipt must be true or false, not null$/],
  [{ receipts: true }, /^there is no option "receipts"; there are network, receipt, onQueued$/],
  [{ id: 7 }, /^there is no option "id"; /],
  [{ receipt: true, onQueued: 5 }, /^onQueued must be a function, not a number$/],
  [{ onQueued: silent }, /^onQueued is called only with receipt: true$/],
  [5, /^the options must be a network's name or an object, not a number$/],
  [null, /^the options must be a network's name or an object, not null$/],
  [["libera"], /^the options must be a network's name or an object, not an array$/],
  [silent, /^the options must be a network's name or an object, not a function$/],
];

for (const [how, text] of hows)
  test(`no options: ${how === silent ? "a function" : JSON.stringify(how)}, ${text}`, async () => {
    await refused((irc) => irc.say("#a", "hi", how), text);
    await refused((irc) => irc.action("#a", "hi", how), text);
    await refused((irc) => irc.raw("JOIN #a", how), text);
  });

test("a reply has the network of what it answers, and the same other options", async () => {
  const told = /^there is no option "network"; there are receipt, onQueued$/;
  await refused((irc) => irc.reply(hello, "hi", { network: "libera" }), told);
  await refused((irc) => irc.reply(hello, "hi", { receipt: "yes" }), /^receipt must be true/);
  await refused((irc) => irc.reply(hello, "hi", "libera"), /^the options must be an object, not/);
});

const wrong = {
  "message of a privmsg must be a string, not a number": (irc) => irc.say("#a", 5),
  "to of a privmsg must be a string, not an array": (irc) => irc.say(["#a"], "hi"),
  "to of a privmsg must be a string, not an object": (irc) =>
    irc.say({}, "hi", { receipt: true }),
  "message of a privmsg_action must be a string, not a number": (irc) => irc.action("#a", 5),
  "command of a raw must be a string, not a number": (irc) => irc.raw(5),
  "message of a privmsg must be a string, not true or false": (irc) => irc.reply(hello, true),
  "id of a privmsg must be a string, not a number": (irc) =>
    irc.publish(new Out.Privmsg({ to: "#a", message: "hi", id: 7 })),
  "network of a raw must be a string, not a number": (irc) =>
    irc.publish(new Out.Raw({ command: "JOIN #a", network: 5 })),
  "state of a receipt must be a string, not a number": (irc) =>
    irc.publish(new Receipt({ id: "x", state: 5 })),
  "bot of a privmsg must be true or false, not a string": (irc) =>
    irc.publish(new In.Privmsg({ sender: "a", channel: "#a", message: "hi", bot: "yes" })),
  "milliseconds of a lag must be a bigint, not a number": (irc) =>
    irc.publish(new In.Lag({ milliseconds: 5 })),
  "servers of a netsplit must be an array of strings, not a string": (irc) =>
    irc.publish(new In.Netsplit({ servers: "ab", nicks: [] })),
  "servers of a netsplit must be an array of strings, not an array": (irc) =>
    irc.publish(new In.Netsplit({ servers: ["a", 5], nicks: [] })),
  "nicks of a names must be a Map of strings, not an object": (irc) =>
    irc.publish(new In.Names({ channel: "#a", nicks: {} })),
  "app of a web_in must be a string, not a number": (irc) =>
    irc.publish(new WebIn({ app: 5, body: 1 })),
};

for (const [text, call] of Object.entries(wrong))
  test(`not published: ${text}`, () => refused(call, new RegExp(`^${text}$`)));

test("a reply that is no text is not counted as said", async () => {
  const bot = await testBot(() => {});
  for (let n = 0; n < 30; ++n) await assert.rejects(bot.irc.reply(hello, 5), TypeError);
  assert.equal(await bot.irc.reply(hello, "hi"), true);
});

test("an id may have 128 bytes and no more", async () => {
  const bot = await testBot(() => {});
  const of = (id) => bot.irc.publish(new Out.Privmsg({ to: "#a", message: "hi", id }));
  await of("ä".repeat(64));
  assert.equal(bot.said().length, 1);
  const long = /^id of a privmsg has 130 bytes, more than 128: the bridge would give no receipt$/;
  await assert.rejects(of("ä".repeat(65)), { name: "TypeError", message: long });
  assert.equal(bot.said().length, 0);
});

test("what is left out may be undefined", async () => {
  const bot = await testBot(() => {});
  await bot.irc.say("#a", "1", undefined);
  await bot.irc.say("#a", "2", { network: undefined, receipt: undefined, onQueued: undefined });
  await bot.irc.say("#a", "3", { receipt: false });
  await bot.irc.reply(hello, "4", undefined);
  assert.equal(bot.said().length, 4);
});
