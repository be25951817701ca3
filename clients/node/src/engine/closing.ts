import type { Clock } from "../bus/clock.js";
import type { Core } from "./core.js";
import { Deferred } from "./waiting.js";

/**
 * Resolves once inboxes and outbox are empty and the last heartbeats are out, or after `timeout`
 * ms.
 */
export async function drained(core: Core, clock: Clock, timeout: number): Promise<void> {
  core.isDeaf = true;
  const late = new Deferred();
  const cancel = clock.after(timeout, () => late.resolve());
  await Promise.race([emptied(core), late.promise]);
  cancel();
}

async function emptied(core: Core): Promise<void> {
  await handled(core);
  const { sender, heartbeats } = core.publisher;
  while (sender.sent.waiting > 0) await sender.next();
  if (heartbeats.numbers.owing) await core.link.whenUp();
  await heartbeats.finish();
}

/** The turn of whoever waits behind all that is there comes last. */
async function handled(core: Core): Promise<void> {
  const { dispatcher } = core;
  if (dispatcher.isInside) return;
  const last = new Deferred();
  dispatcher.push(() => last.resolve());
  await last.promise;
}
