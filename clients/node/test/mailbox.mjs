import { open } from "../dist/index.js";

/**
 * What arrives, to be waited for; a test that waits in vain ends at its timeout and says for what.
 */
export class Mailbox {
  constructor() {
    this.items = [];
    this.waiting = [];
  }

  push = (item) => {
    const waiter = this.waiting.shift();
    if (waiter) waiter(item);
    else this.items.push(item);
  };

  /** The next one. */
  next() {
    if (this.items.length > 0) return Promise.resolve(this.items.shift());
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  /** The next one that `matches`; those before are passed over. */
  async find(matches) {
    for (;;) {
      const item = await this.next();
      if (matches(item)) return item;
    }
  }
}

/** The events of a bus: the next one of a kind, whatever came between. */
export function eventsOf(bus) {
  const kinds = new Map();
  const of = (kind) => kinds.get(kind) ?? kinds.set(kind, new Mailbox()).get(kind);
  bus.onEvent((event) => of(event.kind).push(event));
  return { next: (kind) => of(kind).next() };
}

export const text = ({ topic, payload }) => `${topic}:${payload}`;

/** A bus that is closed at the end of the test, also of one that fails. */
export function openFor(t, url, options) {
  const bus = open(url, options);
  t.after(() => bus.close(0));
  return bus;
}
