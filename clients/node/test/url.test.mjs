import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "../dist/index.js";

const refused = (url, why) =>
  assert.throws(
    () => open(url),
    (error) => {
      assert.match(error.message, why);
      return error.code === "invalid_url" && !error.message.includes("s3cret");
    },
  );

test("an unknown scheme or parameter is an error that lists the known ones", () => {
  refused(
    "nats://x",
    /unknown scheme "nats"; known are: memory, redis, rediss, redis\+unix, zmq, zmq\+ipc/,
  );
  refused("constructor://x", /unknown scheme/);
  refused(
    "redis://u:s3cret@h?ca=x",
    /unknown parameter "ca" in redis:\/\/h; known are: db, prefix, password_env, password_file/,
  );
  refused("zmq://h?prefix=x", /known are: server_key, key, allow, insecure/);
  refused("memory://h?profile=zmq", /known are: dispatch, limit/);
});

test("a URL that cannot be understood says where, and shows no secret", () => {
  refused("127.0.0.1", /expected scheme:\/\//);
  refused("redis://u:s3cret%@h", /a '%' in its password is not followed by two hexadecimal digits/);
  refused("redis://u:a/s3cret@h", /write it as %40, and in a password also/);
  refused("redis://h:0", /the port.*1 to 65535/);
  refused("redis://[::1", /'\[' of the host has no '\]'/);
  refused("redis://h/1?db=2", /stands there twice/);
  refused("redis://h/x", /the database must be a number such as 0, got "x"/);
  refused("redis://h?db=1&db=2", /"db" stands there twice/);
  refused("redis+unix://h/x", /three slashes/);
  refused(
    "redis://h?password_env=TUBES_TEST_NONE",
    /environment variable TUBES_TEST_NONE.* is not set/,
  );
  refused("redis://h?password_file=/nowhere", /password_file \/nowhere cannot be read/);
  refused("rediss://h?cert=x", /cert and key belong together/);
  refused("rediss://h?insecure=yes", /insecure=1/);
  refused("rediss://h?ca=/nowhere", /ca= \/nowhere cannot be read/);
  refused("zmq://u:s3cret@h", /user and password mean nothing/);
  refused("zmq://h:65535", /no next one/);
  refused("zmq://h/path", /takes no path/);
  refused("zmq+ipc://h/x", /absolute path/);
  refused("zmq://h?key=x", /key needs the broker's public key/);
  refused("memory://", /memory:\/\/NAME/);
});

test("an option that nobody knows is an error", () => {
  assert.throws(() => open("memory://x", { maxPayloads: 1 }), {
    code: "invalid_argument",
    message: /maxPayloads; known are/,
  });
  assert.throws(() => open("memory://x", { outboxAge: -1 }), { code: "invalid_argument" });
});
