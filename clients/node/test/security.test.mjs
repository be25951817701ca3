// Passwords, ACLs, TLS and CURVE, with real servers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { open } from "../dist/index.js";
import { eventsOf, Mailbox, openFor, text } from "./mailbox.mjs";
import { folder, freePort, startBroker, startRedis, tubes } from "./servers.mjs";

const timeout = 20_000;

const connect = (t, url, options) =>
  openFor(t, url, { heartbeat: 0, readyTimeout: 2_000, ...options });

async function works(bus) {
  const heard = new Mailbox();
  await bus.subscribe("in", heard.push);
  await bus.publish("in", "hello");
  assert.equal(text(await heard.next()), "in:hello");
}

const password = "s3cret/with:signs";

test(
  "a password stands in the URL, the environment or a file, and in no error",
  { timeout },
  async (t) => {
    const { port } = await startRedis(t, undefined, ["--requirepass", password]);
    const file = join(folder(t), "password");
    writeFileSync(file, `${password}\n`);
    process.env.TUBES_TEST_PASSWORD = password;
    const at = `127.0.0.1:${port}`;
    await works(connect(t, `redis://:${encodeURIComponent(password)}@${at}`));
    await works(connect(t, `redis://${at}?password_env=TUBES_TEST_PASSWORD`));
    await works(connect(t, `redis://${at}?password_file=${file}`));
    for (const url of [`redis://${at}`, `redis://:${encodeURIComponent(`${password}x`)}@${at}`]) {
      const bus = connect(t, url, { readyTimeout: 300 });
      await assert.rejects(
        bus.subscribe("in", () => {}),
        (error) => {
          assert.equal(error.code, "refused");
          assert.match(
            error.message,
            /redis at 127\.0\.0\.1:\d+ refused .*(give a password|check the user and the password)/,
          );
          return !error.message.includes(password);
        },
      );
    }
  },
);

test(
  "a topic that the user may not read is refused alone; publishing is rejected as an event",
  { timeout },
  async (t) => {
    const { port } = await startRedis(t);
    const rights = [
      "ACL",
      "SETUSER",
      "bot",
      "on",
      ">pw",
      "resetchannels",
      "&in",
      "&$*",
      "~tubes:*",
      "+@all",
    ];
    execFileSync("redis-cli", ["-p", `${port}`, ...rights]);
    const bus = connect(t, `redis://bot:pw@127.0.0.1:${port}`);
    const events = eventsOf(bus);
    await assert.rejects(
      bus.subscribe("secret", () => {}),
      { code: "refused", message: /NOPERM.*ACL SETUSER/ },
    );
    assert.match((await events.next("refused")).what, /^secret: /);
    await bus.publish("secret", "x");
    assert.match((await events.next("rejected")).what, /PUBLISH on "secret".*NOPERM/);
    assert.equal(bus.stats().sent.rejected, 1);
    await works(bus);
  },
);

function certificates(path) {
  const openssl = (...args) => execFileSync("openssl", args, { cwd: path, stdio: "pipe" });
  const days = ["-days", "2"];
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...newKey,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=Test authority",
    ...days,
  );
  writeFileSync(join(path, "names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  for (const name of ["server", "client"]) {
    openssl(
      "req",
      ...newKey,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.csr`,
      "-subj",
      `/CN=${name}`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      `${name}.csr`,
      "-CA",
      "ca.pem",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-extfile",
      "names",
      "-out",
      `${name}.pem`,
      ...days,
    );
  }
}

test(
  "rediss:// verifies the server, and shows a certificate of its own",
  { timeout },
  async (t) => {
    const path = folder(t);
    certificates(path);
    const port = await freePort();
    const files = [
      "--tls-cert-file",
      "server.pem",
      "--tls-key-file",
      "server.key",
      "--tls-ca-cert-file",
      "ca.pem",
    ];
    const args = files.map((each) => (each.startsWith("--") ? each : join(path, each)));
    const tls = ["--tls-port", `${port}`, "--tls-auth-clients", "yes", ...args];
    await startRedis(t, 0, tls);
    const of = (name) => join(path, name);
    const own = `cert=${of("client.pem")}&key=${of("client.key")}`;
    await works(connect(t, `rediss://127.0.0.1:${port}?ca=${of("ca.pem")}&${own}`));
    await works(connect(t, `rediss://localhost:${port}?insecure=1&${own}`));
    const refused = (url, why) =>
      assert.rejects(connect(t, url, { readyTimeout: 500 }).get("x"), { message: why });
    await refused(`rediss://127.0.0.1:${port}?${own}`, /authority that is trusted.*check ca=/);
    await refused(
      `rediss://127.0.0.1:${port}?ca=${of("ca.pem")}&servername=other.example&${own}`,
      /for another host/,
    );
    await refused(`rediss://127.0.0.1:${port}?ca=${of("ca.pem")}`, /cannot reach|lost/);
  },
);

function newKeys(path) {
  execFileSync(tubes, ["keys", "new", path], { stdio: "pipe" });
}

test(
  "CURVE: only whom the broker allows is let in, and only to the right broker",
  { timeout },
  async (t) => {
    const path = folder(t);
    for (const name of ["broker", "bot", "stranger"]) newKeys(join(path, name));
    mkdirSync(join(path, "allowed"));
    renameSync(join(path, "bot.pub"), join(path, "allowed", "bot.pub"));
    const at = `zmq://127.0.0.1:${await freePort()}`;
    await startBroker(t, at, ["--key", join(path, "broker"), "--allow", join(path, "allowed")]);
    const server = `server_key=${join(path, "broker.pub")}`;
    await works(connect(t, `${at}?${server}&key=${join(path, "bot")}`));
    const digits = readFileSync(join(path, "broker.pub"), "utf8").split("\n")[1];
    await works(connect(t, `${at}?server_key=${digits}&key=${join(path, "bot")}`));
    const refused = (url, why) =>
      assert.rejects(connect(t, url, { readyTimeout: 600 }).get("x"), { message: why });
    await refused(
      `${at}?${server}&key=${join(path, "stranger")}`,
      /does not allow the public key [0-9a-f]{64}; add it/,
    );
    await refused(
      `${at}?server_key=${join(path, "stranger.pub")}&key=${join(path, "bot")}`,
      /another key than server_key says/,
    );
    await refused(at, /(only clients that speak|one that wants) CURVE/);
  },
);

test("a secret key that others can read is refused, and never shown", (t) => {
  const path = folder(t);
  const secret = "ab".repeat(32);
  const file = join(path, "key");
  writeFileSync(file, `${secret}\n`);
  chmodSync(file, 0o644);
  const refused = (query, why) =>
    assert.throws(
      () => open(`zmq://127.0.0.1?server_key=${"cd".repeat(32)}&${query}`),
      (error) => {
        assert.match(error.message, why);
        return error.code === "invalid_url" && !error.message.includes(secret);
      },
    );
  refused(
    `key=${file}`,
    /can be read or written by others than its owner; mend that with: chmod 600/,
  );
  refused(`key=${secret}`, /a secret key itself stands there/);
  refused(`key=${file}.none`, /cannot be read; make one with: tubes keys new PATH/);
});
