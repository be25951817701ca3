/**
 * Exponential back-off with full jitter: a random delay up to a limit that doubles with every
 * failure, so that many clients of one backend do not come back all at once.
 */
export class Backoff {
  private limit: number;

  constructor(
    private readonly first: number,
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {
    this.limit = first;
  }

  /** Milliseconds. */
  next(): number {
    const drawn = this.random() * this.limit;
    this.limit = Math.min(this.longest, this.limit * 2);
    return drawn;
  }

  reset(): void {
    this.limit = this.first;
  }
}
