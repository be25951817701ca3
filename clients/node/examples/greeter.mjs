#!/usr/bin/env node
// Says hello, and agrees: greeter.mjs redis://HOST:PORT|zmq://HOST:PORT
// or greeter.mjs --config FILE, whose key "bus" is the URL
import { hostname } from "node:os";
import { pathToFileURL } from "node:url";
import { Client, In, loadConfig, open } from "tubes-bus";

const usage =
  'usage: greeter.mjs URL, or greeter.mjs --config FILE with the URL under the key "bus"';

/** The bot: its test is in test/greeter.test.mjs. */
export async function greeter(irc) {
  await irc.on(In.Privmsg, (m) => {
    if (m.message === "hello")
      return irc.reply(m, `Hello ${m.sender}, greetings from ${hostname()}`);
    if (m.message === "!woot") return irc.reply(m, "Indeed!");
  });
}

function urlOf([first, file]) {
  const url = first === "--config" && file ? loadConfig(file).bus : first;
  if (typeof url !== "string" || url.startsWith("-")) throw new Error(usage);
  return url;
}

async function main() {
  const bus = open(urlOf(process.argv.slice(2)));
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => bus.close());
  // A daemon waits for its backend, however long it is away.
  const irc = new Client(bus, { subscribe: { ready: "background" } });
  irc.onEvent(({ kind, what }) => {
    const isLive = kind === "subscribed" || kind === "resubscribed";
    console.error(`greeter.mjs: ${isLive ? "listening on" : kind} ${what}`);
  });
  await greeter(irc);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  main().catch((error) => {
    console.error(`greeter.mjs: ${error.message}`);
    process.exitCode = 1;
  });
