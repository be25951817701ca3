import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Client,
  decode,
  encode,
  In,
  open,
  Out,
  Receipt,
  TubesError,
  UnknownType,
  WebIn,
} from "../dist/index.js";
import { testBot } from "../dist/testing.js";
import { eventsOf, Mailbox } from "./mailbox.mjs";

let names = 0;
const memory = () => `memory://client-${++names}`;

/** What is published on a topic, as JSON. */
async function payloadsOn(url, topic) {
  const payloads = [];
  await open(url).subscribe(topic, ({ payload }) => void payloads.push(JSON.parse(payload)));
  return payloads;
}

test("say, action and raw publish what the bridge does", async () => {
  const url = memory();
  const payloads = await payloadsOn(url, "out");
  const bus = open(url);
  const irc = new Client(bus);
  await irc.say("#a,#b", "hi");
  await irc.action("#a", "waves", "libera");
  await irc.raw("JOIN #c");
  const meta = (sequence) => ({ publisher: bus.id, sequence });
  assert.match(bus.id, /^[0-9a-f]{32}$/);
  assert.deepEqual(payloads, [
    { version: 1, type: "privmsg", data: { to: "#a,#b", message: "hi" }, meta: meta(1) },
    {
      version: 1,
      type: "privmsg_action",
      data: { to: "#a", message: "waves", network: "libera" },
      meta: meta(2),
    },
    { version: 1, type: "raw", data: { command: "JOIN #c" }, meta: meta(3) },
  ]);
});

test("reply goes to the right network and channel, or the private chat", async () => {
  const bot = await testBot((irc) => irc.on(In.Privmsg, (m) => irc.reply(m, "yes")));
  await bot.hears("alice", "#a", "there?", { network: "libera" });
  await bot.hears("bob", "bob", "there?");
  const said = bot.saidMessages().map(({ to, message, network }) => [to, message, network]);
  assert.deepEqual(said, [
    ["#a", "yes", "libera"],
    ["bob", "yes", ""],
  ]);
  assert.deepEqual(bot.said(), []); // it was asked before
});

test("servicesAccount and bot are read, and left out while empty", async () => {
  const bare = new In.Privmsg({ sender: "a", channel: "#c", message: "m" });
  assert.deepEqual([bare.servicesAccount, bare.bot, bare.network], ["", false, ""]);
  const whole = { meta: { publisher: "", sequence: 0n }, unknown: { json: "", protobuf: [] } };
  assert.equal(
    String(encode({ ...whole, message: bare })),
    '{"version":1,"type":"privmsg","data":{"sender":"a","channel":"#c","message":"m"}}',
  );
  for (const Type of [In.Privmsg, In.PrivmsgAction, In.Notice, In.DirectedPrivmsg]) {
    const message = new Type({
      sender: "a",
      channel: "#c",
      message: "m",
      rawMessage: "!m",
      servicesAccount: "acc",
      bot: true,
    });
    for (const format of ["json", "protobuf"]) {
      const { envelope, why } = decode("in", encode({ ...whole, message }, format));
      assert.equal(why, undefined);
      assert.deepEqual(
        [envelope.message.servicesAccount, envelope.message.bot],
        ["acc", true],
        format,
      );
    }
  }
  const { why } = decode(
    "in",
    Buffer.from(
      '{"version":1,"type":"notice","data":{"sender":"a","channel":"#c","message":"m","bot":"yes"}}',
    ),
  );
  assert.match(why, /^data\.bot of a notice must be true or false, got string: /);
});

test("time and msgid are read, and left out while empty", async () => {
  const bare = new In.Join({ sender: "a", channel: "#c" });
  assert.deepEqual([bare.servicesAccount, bare.time, bare.msgid], ["", "", ""]);
  const whole = { meta: { publisher: "", sequence: 0n }, unknown: { json: "", protobuf: [] } };
  assert.equal(
    String(encode({ ...whole, message: bare })),
    '{"version":1,"type":"join","data":{"sender":"a","channel":"#c"}}',
  );
  const stamp = { time: "2012-04-01T10:00:00.000Z", msgid: "63E1" };
  for (const message of [
    new In.Join({ sender: "a", channel: "#c", servicesAccount: "acc", ...stamp }),
    new In.Privmsg({ sender: "a", channel: "#c", message: "m", ...stamp }),
    new In.Quit({ sender: "a", ...stamp }),
  ])
    for (const format of ["json", "protobuf"]) {
      const { envelope, why } = decode("in", encode({ ...whole, message }, format));
      assert.equal(why, undefined);
      assert.deepEqual(envelope.message, message, format);
    }
  const bot = await testBot((irc) => irc.on(In.Privmsg, (m) => irc.say("#log", m.time)));
  await bot.hears("alice", "#a", "hello", stamp);
  assert.deepEqual(bot.said(), [["#log", stamp.time]]);
});

test("self, batch and id are read, and left out while empty", async () => {
  const whole = { meta: { publisher: "", sequence: 0n }, unknown: { json: "", protobuf: [] } };
  const said = { sender: "a", channel: "#c", message: "m" };
  for (const [role, Type, data, more] of [
    ["in", In.Privmsg, said, { self: true }],
    ["in", In.PrivmsgAction, said, { self: true }],
    ["in", In.Notice, said, { self: true }],
    ["in", In.Join, { sender: "a", channel: "#c" }, { batch: "netjoin" }],
    ["in", In.Quit, { sender: "a" }, { batch: "netsplit" }],
    ["out", Out.Privmsg, { to: "#c", message: "m" }, { id: "7" }],
    ["out", Out.PrivmsgAction, { to: "#c", message: "m" }, { id: "7" }],
    ["out", Out.Raw, { command: "QUIT" }, { id: "7" }],
  ]) {
    const dataOf = (message) => JSON.parse(encode({ ...whole, message })).data;
    assert.deepEqual(dataOf(new Type(data)), data);
    const message = new Type({ ...data, ...more });
    assert.deepEqual(dataOf(message), { ...data, ...more });
    for (const format of ["json", "protobuf"])
      assert.deepEqual(
        decode(role, encode({ ...whole, message }, format)).envelope?.message,
        message,
      );
  }
});

test("what IRCv3 tells of others, and receipts, are messages", async () => {
  for (const [message, data] of [
    [new In.Account({ sender: "a", servicesAccount: "b" }), '{"sender":"a","services_account":"b"}'],
    [new In.Account({ sender: "a" }), '{"sender":"a"}'],
    [new In.Away({ sender: "a", message: "lunch" }), '{"sender":"a","message":"lunch"}'],
    [new In.Away({ sender: "a" }), '{"sender":"a"}'],
    [new In.Setname({ sender: "a", realname: "" }), '{"sender":"a","realname":""}'],
    [
      new In.Chghost({ sender: "a", user: "u", host: "h", msgid: "1" }),
      '{"sender":"a","user":"u","host":"h","msgid":"1"}',
    ],
    [
      new In.Netsplit({ servers: ["x", "y"], nicks: ["a"] }),
      '{"servers":["x","y"],"nicks":["a"]}',
    ],
    [
      new In.Netjoin({ servers: [], nicks: [], network: "libera" }),
      '{"servers":[],"nicks":[],"network":"libera"}',
    ],
    [new In.Lag({ milliseconds: 0n }), '{"milliseconds":0}'],
    [new In.Lag({ milliseconds: 2n ** 64n - 1n }), '{"milliseconds":18446744073709551615}'],
    [
      new Receipt({ id: "7", state: "failed", code: "404" }),
      '{"id":"7","state":"failed","code":"404"}',
    ],
  ]) {
    const [url, heard] = [memory(), new Mailbox()];
    await new Client(open(url)).on(message.constructor, heard.push);
    const payloads = [];
    const { role } = message.description;
    await open(url).subscribe(role, ({ payload }) => void payloads.push(String(payload)));
    for (const inWire of ["json", "protobuf"])
      await new Client(open(url), { inWire }).publish(message);
    assert.deepEqual(await heard.take(2), [message, message]);
    assert.ok(payloads[0].includes(`"data":${data},`), payloads[0]);
  }
});

test("a lag is a whole number", () => {
  for (const number of ["-1", "1.5", "1e3", "18446744073709551616", '"1"', "null"]) {
    const payload = `{"version":1,"type":"lag","data":{"milliseconds":${number}}}`;
    const { why } = decode("in", Buffer.from(payload));
    assert.match(why, /^data\.milliseconds of a lag must be a whole number/);
  }
});

test("a bot that answers protobuf is understood, and so is one that answers JSON", async () => {
  const url = memory();
  const heard = new Mailbox();
  await new Client(open(url)).on(Out.Privmsg, heard.push);
  const raw = new Mailbox();
  await open(url).subscribe("out", raw.push);
  for (const outWire of ["json", "protobuf"])
    await new Client(open(url), { outWire }).say("#a", outWire);
  assert.deepEqual(
    (await heard.take(2)).map(({ message }) => message),
    ["json", "protobuf"],
  );
  assert.deepEqual(
    (await raw.take(2)).map(({ payload }) => payload[0] === 0x7b),
    [true, false],
  );
});

test("what is no message is an event with its reason and an excerpt, and the next one is heard", async () => {
  const url = memory();
  const [bus, other] = [open(url), open(url)];
  const [events, heard] = [eventsOf(bus), new Mailbox()];
  await new Client(bus).on(In.Join, heard.push);
  await other.publish("in", `{"version":2,"type":"join"} ${"x".repeat(500)}`);
  await other.publish("in", Buffer.from([0xff, 0xfe]));
  await other.publish("in", '{"version":1,"type":"join","data":{"sender":"a"}}');
  await other.publish("in", '{"version":1,"type":"join","data":{"sender":"a","channel":"#c"}}');
  const told = [
    await events.next("undecodable"),
    await events.next("undecodable"),
    await events.next("undecodable"),
  ];
  assert.match(told[0].what, /^in: not JSON: /);
  assert.ok(told[0].what.length < 400);
  assert.match(told[1].what, /^in: neither a JSON object nor a protobuf envelope/);
  assert.match(told[2].what, /^in: data\.channel of a join is missing: \{"version":1/);
  assert.equal((await heard.next()).channel, "#c");
});

test("web_in is bare JSON, and whole envelopes can be heard", async () => {
  const url = memory();
  const irc = new Client(open(url));
  const [hooks, envelopes] = [new Mailbox(), new Mailbox()];
  await irc.on(WebIn, hooks.push);
  await irc.onEnvelope("in", envelopes.push);
  const payloads = await payloadsOn(url, "web_in");
  await new Client(open(url)).publish(new WebIn({ app: "release", body: { branch: "main" } }));
  assert.deepEqual(payloads, [{ app: "release", body: { branch: "main" } }]);
  assert.deepEqual((await hooks.next()).body, { branch: "main" });
  await open(url).publish("in", '{"version":1,"type":"x_news","data":{"sender":"a"}}');
  const { message } = await envelopes.next();
  assert.ok(message instanceof UnknownType);
  assert.deepEqual([message.type, message.data], ["x_news", '{"sender":"a"}']);
  await assert.rejects(irc.publish(message), TubesError);
});

test("topics can have other names", async () => {
  const url = memory();
  const payloads = await payloadsOn(url, "libera.out");
  await new Client(open(url), { out: "libera.out" }).say("#a", "x");
  assert.equal(payloads.length, 1);
});

test("a subscription that fails adds no handler", async () => {
  const irc = new Client(open(memory()), { in: "#no" });
  await assert.rejects(
    irc.on(In.Privmsg, () => {}),
    { code: "invalid_topic" },
  );
  await assert.rejects(
    irc.on("privmsg", () => {}),
    TypeError,
  );
});

test("what cannot be published is an event, also where nobody waits for it", async () => {
  const bus = open(memory(), { maxPayload: 100 });
  const events = eventsOf(bus);
  void new Client(bus).say("#a", "x".repeat(200));
  assert.match((await events.next("rejected")).what, /over the limit of 100 bytes/);
});

test("while nobody listens to events, troubles are warnings of the process", async () => {
  const warnings = new Mailbox();
  process.on("warning", warnings.push);
  const bus = open(memory());
  await bus.subscribe("in", () => Promise.reject(new Error("no")));
  await bus.publish("in", "");
  const { name } = await warnings.find(({ message }) => message === "handler_failed: no");
  assert.equal(name, "TubesWarning");
});

test("bots that answer each other are ended by an error", async () => {
  const url = `${memory()}?limit=50`;
  const bus = open(url);
  bus.onEvent(() => {});
  await bus.subscribe("ping", () => bus.publish("ping", ""));
  await assert.rejects(open(url).publish("ping", ""), { code: "livelock" });
});

test("timers run on the virtual clock", async () => {
  const bot = await testBot((irc) => {
    const tick = async () => {
      await irc.say("#a", "tick");
      irc.bus.after(60_000, tick);
    };
    irc.bus.after(60_000, tick);
  });
  await bot.advance(59_999);
  assert.deepEqual(bot.said(), []);
  await bot.advance(120_001);
  assert.deepEqual(bot.said(), [
    ["#a", "tick"],
    ["#a", "tick"],
    ["#a", "tick"],
  ]);
  await bot.close();
});
