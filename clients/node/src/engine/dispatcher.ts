import { AsyncLocalStorage } from "node:async_hooks";
import { TubesError } from "../bus/error.js";
import { Fifo } from "./fifo.js";
import { Deferred } from "./waiting.js";

/** Never throws or rejects: whoever makes it reports what a handler throws. */
export type Task = () => void | Promise<void>;

interface Entry {
  readonly task: Task;
  readonly depth: number;
}

/** One run of a task; what a timer of its does later is no longer inside it. */
interface Run {
  active: boolean;
  readonly depth: number;
}

const longestTurn = 10; // ms, after which timers and sockets have theirs

/** Runs tasks one at a time, in order; an asynchronous one until its promise settles. */
export class Dispatcher {
  private readonly queue = new Fifo<Entry>();
  private readonly runs = new AsyncLocalStorage<Run>();
  private running = false;
  private waiting: Deferred[] = [];
  private livelock: TubesError | undefined;

  /**
   * Inline: a push runs the task before it returns, unless one runs already. `limit`: see
   * checkDepth().
   */
  constructor(
    readonly inline: boolean,
    private readonly limit = Infinity,
  ) {}

  /** Whether this is called, however indirectly, by a task that still runs. */
  get isInside(): boolean {
    return this.runs.getStore()?.active === true;
  }

  /**
   * Throws `livelock` where tasks have answered each other too often; so does who waits outside.
   */
  checkDepth(): void {
    if (this.depth < this.limit) return;
    this.livelock = new TubesError(
      "livelock",
      `handlers answer each other without an end: ${this.limit} answers deep`,
    );
    throw this.livelock;
  }

  push(task: Task): void {
    this.queue.push({ task, depth: this.depth + 1 });
    if (this.running) return;
    if (this.inline) this.drain();
    else this.drainSoon();
  }

  /** Resolves once nothing is left to run, inside a task at once. Rejects `livelock`. */
  async idle(): Promise<void> {
    if (this.isInside) return;
    if (!this.running) return this.throwLivelock();
    const idle = new Deferred();
    this.waiting.push(idle);
    await idle.promise;
    this.throwLivelock();
  }

  private throwLivelock(): void {
    const error = this.livelock;
    this.livelock = undefined;
    if (error) throw error;
  }

  private get depth(): number {
    const run = this.runs.getStore();
    return run?.active ? run.depth : 0;
  }

  private drainSoon(): void {
    this.running = true;
    setImmediate(() => this.drain());
  }

  private drain(): void {
    this.running = true;
    const end = performance.now() + longestTurn;
    for (let entry = this.queue.shift(); entry; entry = this.queue.shift()) {
      const pending = this.run(entry);
      if (pending) return void pending.then(() => this.drain());
      if (!this.inline && performance.now() > end) return this.drainSoon();
    }
    this.running = false;
    for (const idle of this.waiting.splice(0)) idle.resolve();
  }

  private run({ task, depth }: Entry): Promise<void> | undefined {
    const run = { active: true, depth };
    const ended = () => void (run.active = false);
    const pending = this.runs.run(run, task);
    if (pending) return pending.then(ended);
    ended();
    return undefined;
  }
}
