import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { decode, encode, typeName, UnknownType, WebIn } from "../dist/index.js";

const folder = fileURLToPath(new URL("../../../proto/vectors/", import.meta.url));

function payloads(name) {
  const files = readdirSync(folder);
  const found = [];
  if (files.includes(`${name}.json`)) found.push(["json", readFileSync(`${folder}${name}.json`)]);
  if (files.includes(`${name}.pb.hex`))
    found.push([
      "protobuf",
      Buffer.from(readFileSync(`${folder}${name}.pb.hex`, "latin1").trim(), "hex"),
    ]);
  return found;
}

const vectors = readdirSync(folder)
  .filter((file) => file.endsWith(".expect.json"))
  .map((file) => file.slice(0, -".expect.json".length))
  .flatMap((name) => {
    const text = readFileSync(`${folder}${name}.expect.json`, "utf8");
    const sequence = BigInt(/"sequence": (\d+)/.exec(text)?.[1] ?? 0);
    const expect = JSON.parse(text);
    return payloads(name).map(([format, payload]) => ({ name, expect, sequence, format, payload }));
  });
const good = vectors.filter(({ expect }) => !("error" in expect));
const malformed = vectors.filter(({ expect }) => "error" in expect);

/** The data of a message as its JSON has it, so that it can be compared. */
function dataOf(message) {
  if (message instanceof UnknownType) return message.data ? JSON.parse(message.data) : undefined;
  if (message instanceof WebIn) return { app: message.app, body: message.body };
  return JSON.parse(
    encode({ message, meta: { publisher: "", sequence: 0n }, unknown: { json: "", protobuf: [] } }),
  ).data;
}

/** A type may be newer than the vector: proto/vectors/README.md. */
const isKnownByNow = ({ expect, payload }) =>
  expect.unknown_type && !(decode(expect.role, payload).envelope.message instanceof UnknownType);

for (const vector of good.filter(isKnownByNow))
  test(`${vector.name} (${vector.format}) of a type that is known by now means the same`, () => {
    const { message, unknown } = decode(vector.expect.role, vector.payload).envelope;
    assert.equal(typeName(message), vector.expect.type);
    const { data } = JSON.parse(unknown.json || "{}");
    assert.deepEqual({ ...dataOf(message), ...data }, vector.expect.data);
  });

for (const vector of good.filter((each) => !isKnownByNow(each)))
  test(`${vector.name} (${vector.format}) means what it should`, () => {
    const { envelope, format, why } = decode(vector.expect.role, vector.payload);
    assert.equal(why, undefined);
    assert.equal(format, vector.format);
    assert.equal(typeName(envelope.message), vector.expect.type);
    assert.deepEqual(dataOf(envelope.message), vector.expect.data);
    assert.equal(envelope.message instanceof UnknownType, vector.expect.unknown_type ?? false);
    assert.equal(envelope.meta.publisher, vector.expect.meta?.publisher ?? "");
    assert.equal(envelope.meta.sequence, vector.sequence);
    assert.equal(
      Buffer.from(envelope.unknown.protobuf).toString("hex"),
      vector.expect.unknown_protobuf ?? "",
    );
  });

for (const vector of good.filter((each) => !isKnownByNow(each)))
  test(`${vector.name} (${vector.format}) is encoded ${vector.expect.encodes_back ? "" : "not "}byte for byte`, () => {
    const { envelope } = decode(vector.expect.role, vector.payload);
    const again = encode(envelope, vector.format);
    assert.equal(
      again.equals(vector.payload),
      vector.expect.encodes_back,
      again.toString("latin1"),
    );
  });

for (const vector of good)
  test(`${vector.name} (${vector.format}) means the same after it went through the other format`, () => {
    const { envelope } = decode(vector.expect.role, vector.payload);
    const other = vector.format === "json" ? "protobuf" : "json";
    const relayed = decode(vector.expect.role, encode(envelope, other)).envelope;
    const text = (each) => encode(each, vector.format).toString("latin1");
    assert.equal(text(relayed), text(envelope));
  });

for (const { name, format, expect, payload } of malformed)
  test(`${name} (${format}) is refused for its reason`, () => {
    const { envelope, why } = decode(expect.role, payload);
    assert.equal(envelope, undefined);
    const syntax = /^not JSON: (?!it is)/.test(expect.error);
    const reason = syntax ? "not JSON: " : expect.error;
    assert.ok(why.startsWith(reason), why);
  });

test("there are vectors of all kinds", () => {
  assert.ok(good.length > 60, `${good.length}`);
  assert.ok(malformed.length > 30, `${malformed.length}`);
});
