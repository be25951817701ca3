import assert from "node:assert/strict";
import { test } from "node:test";
import { TubesError, VirtualClock } from "../dist/index.js";
import { Backoff } from "../dist/engine/backoff.js";
import { Engine } from "../dist/engine/engine.js";

test("the limit doubles up to the longest, and the delay is drawn from below it", () => {
  const whole = new Backoff(50, 300, () => 1);
  assert.deepEqual(
    Array.from({ length: 5 }, () => whole.next()),
    [50, 100, 200, 300, 300],
  );
  whole.reset();
  assert.equal(whole.next(), 50);
  const half = new Backoff(50, 300, () => 0.5);
  assert.deepEqual([half.next(), half.next()], [25, 50]);
});

/** A driver that connects when the test lets it. */
class FakeDriver {
  capabilities = { retained: false, retainedSurvivesRestart: false, inlineDispatch: false };
  address = "fake";
  attempts = 0;
  letsIn = false;

  async connect(sink) {
    ++this.attempts;
    if (!this.letsIn) throw new TubesError("unreachable", "not yet");
    this.sink = sink;
  }
  disconnect() {}
  async subscribe() {}
  unsubscribe() {}
  async send() {}
}

test("a connection that was made starts the delays anew", async (t) => {
  const [driver, clock] = [new FakeDriver(), new VirtualClock()];
  const bus = new Engine(driver, { clock, backoffFirst: 50, backoffLongest: 1_000_000 });
  t.after(() => bus.close(0));
  bus.onEvent(() => {});
  await clock.advance(10_000_000);
  const attempts = driver.attempts;
  assert.ok(attempts > 10, `${attempts}`);
  driver.letsIn = true;
  await clock.advance(1_000_000);
  assert.equal(bus.stats().connected, true);
  driver.sink.lost(new TubesError("unreachable", "gone"));
  assert.equal(bus.stats().connected, false);
  await clock.advance(50);
  assert.equal(bus.stats().connected, true);
});
