// Of the wire formats what the golden vectors do not show.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import { decode, encode, In, Out, Receipt } from "../dist/index.js";

const around = {
  meta: { publisher: "", sequence: 0n },
  unknown: { json: "", protobuf: Buffer.alloc(0) },
};
const encoded = (message, format) => encode({ ...around, message }, format);
const decoded = (payload, role = "in") => decode(role, payload).envelope.message;

test("descriptions and schema have the same types and fields", () => {
  const file = fileURLToPath(new URL("../../../proto/tubes/v1/envelope.proto", import.meta.url));
  const { root } = protobuf.parse(readFileSync(file, "utf8"), { keepCase: true });
  const envelope = root.resolveAll().lookupType("tubes.v1.Envelope");
  const inSchema = envelope.oneofs.body.fieldsArray
    .filter(({ name }) => name !== "other")
    .map(({ name, resolvedType }) => [name, resolvedType.fieldsArray.map((field) => field.name)]);
  const types = [...Object.values(In), ...Object.values(Out), Receipt];
  const described = types.map(({ description }) => [
    `${description.role}_${description.type}`,
    description.fields.map((field) => field.wireName),
  ]);
  assert.deepEqual(described.sort(), inSchema.sort());
});

test("of several protobuf bodies the last one counts, and parts of one are merged", () => {
  const join = encoded(new In.Join({ sender: "alice", channel: "#a" }), "protobuf");
  const quit = encoded(new In.Quit({ sender: "bob" }), "protobuf");
  const rest = encoded(new In.Join({ sender: "", channel: "#b" }), "protobuf");
  assert.ok(decoded(Buffer.concat([join, quit])) instanceof In.Quit);
  const merged = decoded(Buffer.concat([quit, join, rest]));
  assert.deepEqual([merged.sender, merged.channel], ["alice", "#b"]);
});

test("nicks keep the server's order, whatever they are called", () => {
  const nicks = new Map([
    ["zoe", "@"],
    ["1", ""],
    ["__proto__", "+"],
    ["0", ""],
  ]);
  for (const format of ["json", "protobuf"]) {
    const names = decoded(encoded(new In.Names({ channel: "#a", nicks }), format));
    assert.deepEqual([...names.nicks], [...nicks], format);
  }
});

test("half a surrogate pair is written as U+FFFD", () => {
  for (const format of ["json", "protobuf"])
    assert.equal(
      decoded(encoded(new In.Quit({ sender: "a\ud800b" }), format)).sender,
      "a\ufffdb",
      format,
    );
});

test("numbers up to 2⁶⁴ are exact", () => {
  const meta = { publisher: "p", sequence: 2n ** 64n - 1n };
  for (const format of ["json", "protobuf"]) {
    const payload = encode({ ...around, meta, message: new In.Quit({ sender: "a" }) }, format);
    assert.deepEqual(decode("in", payload).envelope.meta, meta, format);
  }
});

test("a payload may be any view of bytes", () => {
  const bytes = encoded(new Out.Raw({ command: "JOIN #a" }));
  const inside = new Uint8Array(bytes.length + 4).fill(0x78);
  inside.set(bytes, 2);
  assert.equal(decoded(inside.subarray(2, 2 + bytes.length), "out").command, "JOIN #a");
});

test("no bytes make decode throw", () => {
  const seeds = ["json", "protobuf"].map((format) =>
    encoded(new In.Names({ channel: "#a", nicks: new Map([["a", "@"]]) }), format),
  );
  let state = 7; // the same bytes in each run
  const random = (below) => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 4_000; ++round) {
    const payload = Buffer.from(seeds[round % 2]);
    for (let changes = 1 + random(3); changes > 0; --changes)
      payload[random(payload.length)] = random(256);
    const { envelope, why } = decode("in", payload.subarray(0, 1 + random(payload.length)));
    assert.ok(envelope || why);
    if (envelope) (encode(envelope, "json"), encode(envelope, "protobuf"));
  }
});
