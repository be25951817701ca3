import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, In, open } from "../dist/index.js";
import { testBot } from "../dist/testing.js";

const echo = (irc) => irc.on(In.Privmsg, (m) => irc.reply(m, m.message));
const loopsOf = (bot) => bot.events.filter(({ kind }) => kind === "loop").map(({ what }) => what);

/** What reply() returned. */
function answering(results) {
  return (irc) => irc.on(In.Privmsg, async (m) => void results.push(await irc.reply(m, m.message)));
}

test("a message that is marked as a bot's is not answered", async () => {
  const results = [];
  const bot = await testBot(answering(results));
  for (let n = 0; n < 3; ++n) await bot.hears("other", "#a", "hello", { bot: true });
  assert.deepEqual(bot.said(), []);
  assert.deepEqual(results, [false, false, false]);
  assert.deepEqual(loopsOf(bot), ["no reply to other in #a: the sender is marked as a bot"]);
  await bot.advance(60_000);
  await bot.hears("other", "#a", "hello", { bot: true });
  assert.equal(loopsOf(bot).length, 2);
  await bot.hears("other", "#a", "a nick alone is no identity");
  assert.deepEqual(bot.said(), [["#a", "a nick alone is no identity"]]);
});

test("what the bot said itself is not answered, whatever the options", async () => {
  for (const answerBots of [false, true]) {
    const results = [];
    const bot = await testBot(answering(results), { answerBots });
    for (let n = 0; n < 2; ++n) await bot.hears("a nick of old", "#a", "hello", { self: true });
    assert.deepEqual(bot.said(), []);
    assert.deepEqual(results, [false, false]);
    assert.deepEqual(loopsOf(bot), ["no reply to a nick of old in #a: that is this bot itself"]);
  }
});

test("the bot does not answer itself, whatever it is called by now", async () => {
  const bot = await testBot(echo);
  await bot.receives(new In.Connected({ nick: "Tubes", network: "libera" }));
  await bot.hears("tubes", "#a", "1", { network: "libera" });
  await bot.hears("tubes", "#a", "2", { network: "oftc" });
  await bot.receives(new In.Nick({ sender: "Tubes", nick: "Tubes_", network: "libera" }));
  await bot.hears("Tubes_", "#a", "3", { network: "libera" });
  await bot.hears("Tubes", "#a", "4", { network: "libera" });
  assert.deepEqual(bot.said(), [
    ["#a", "2"],
    ["#a", "4"],
  ]);
  assert.match(loopsOf(bot)[0], /no reply to tubes in #a on libera: that is this bot itself/);
  assert.equal(loopsOf(bot).length, 2);
});

test("a bot that starts late learns its nick from the retained value", async () => {
  const world = open("memory://loops-nick");
  await world.put("nick", "tubes");
  const bus = open("memory://loops-nick");
  bus.onEvent(() => {});
  const results = [];
  await answering(results)(new Client(bus));
  const from = (sender) =>
    new Client(world).publish(new In.Privmsg({ sender, channel: "#a", message: "x" }));
  await from("tubes");
  await from("alice");
  assert.deepEqual(results, [false, true]);
});

test("the sixth reply of the same text within 60 s is held back, with one event", async () => {
  const bot = await testBot(echo);
  for (let n = 0; n < 8; ++n) await bot.hears("alice", "#a", "again", { network: "libera" });
  assert.equal(bot.said().length, 5);
  assert.equal(loopsOf(bot).length, 1);
  assert.match(
    loopsOf(bot)[0],
    /no reply to alice in #a on libera: more than 5 replies of the same text within 60 s/,
  );
  await bot.hears("alice", "#a", "anything else", { network: "libera" });
  assert.deepEqual(bot.said(), []);
  await bot.hears("bob", "#a", "again", { network: "libera" });
  await bot.hears("alice", "#b", "again", { network: "libera" });
  await bot.hears("alice", "#a", "again", { network: "oftc" });
  assert.equal(bot.said().length, 3);
});

test("so is the twenty-first of any text", async () => {
  const bot = await testBot(echo);
  for (let n = 0; n < 25; ++n) await bot.hears("alice", "#a", `${n}`);
  assert.equal(bot.said().length, 20);
  assert.match(loopsOf(bot)[0], /more than 20 replies within 60 s/);
});

test("it goes on after 60 s in which that sender made the bot want to say nothing", async () => {
  const bot = await testBot(echo);
  for (let n = 0; n < 6; ++n) await bot.hears("alice", "#a", "again");
  bot.said();
  await bot.advance(59_000);
  await bot.hears("alice", "#a", "again");
  await bot.advance(59_000);
  await bot.hears("alice", "#a", "again");
  assert.deepEqual(bot.said(), []);
  await bot.advance(60_000);
  for (let n = 0; n < 2; ++n) await bot.hears("alice", "#a", "again");
  assert.equal(bot.said().length, 2);
  assert.equal(loopsOf(bot).length, 1);
});

test("replies that are further apart are none", async () => {
  const bot = await testBot(echo);
  for (let n = 0; n < 20; ++n) {
    await bot.hears("alice", "#a", "again");
    await bot.advance(12_001);
  }
  assert.equal(bot.said().length, 20);
});

test("answerBots switches it off; say is never held back", async () => {
  const bot = await testBot(echo, { answerBots: true });
  for (let n = 0; n < 30; ++n) await bot.hears("alice", "#a", "again", { bot: true });
  assert.equal(bot.said().length, 30);
  const sayer = await testBot((irc) => irc.on(In.Privmsg, (m) => irc.say(m.channel, m.message)));
  for (let n = 0; n < 30; ++n) await sayer.hears("alice", "#a", "again", { bot: true });
  assert.equal(sayer.said().length, 30);
});

test("a notice is never answered", async () => {
  const irc = new Client(open("memory://loops-notice"));
  irc.onEvent(() => {});
  const notice = new In.Notice({ sender: "alice", channel: "#a", message: "x" });
  await assert.rejects(irc.reply(notice, "no"), {
    name: "TypeError",
    message: /NOTICE is never answered/,
  });
  await assert.rejects(irc.reply(new In.Quit({ sender: "alice" }), "no"), {
    name: "TypeError",
    message: /a sender and a channel/,
  });
});
