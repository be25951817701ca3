import type { Clock } from "../bus/clock.js";

/** A promise that others settle. */
export class Deferred<T = void> {
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;
  readonly promise = new Promise<T>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  constructor() {
    this.promise.catch(() => undefined); // whoever waits for it hears it; perhaps nobody does
  }
}

/** As `promise`, but rejects with what `late` returns after `ms`. */
export function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  late: () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(late()));
    promise.then(resolve, reject).finally(cancel);
  });
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}
