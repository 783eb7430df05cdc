export interface BucketSize {
  /** The number of tokens that are added each second. */
  readonly perSecond: number;
  /** The number of tokens at the start, and at most. */
  readonly burst: number;
}

/**
 * Allows a burst, and a number in each second after it. The tokens that were added since the last call are computed
 * when one is taken, so a bucket needs no timer and costs next to nothing.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  readonly #now: () => number;
  #tokens: number;
  #countedAt: number;

  /** `now` returns milliseconds and never goes back, unlike the time of day. */
  constructor(size: BucketSize, now = () => performance.now()) {
    this.#size = size;
    this.#now = now;
    this.#tokens = size.burst;
    this.#countedAt = now();
  }

  /** Takes a token; false if there is none. */
  take(): boolean {
    const now = this.#now();
    const back = ((now - this.#countedAt) / 1_000) * this.#size.perSecond;
    this.#tokens = Math.min(this.#tokens + back, this.#size.burst);
    this.#countedAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
  /** Returns a token that was taken for nothing. */
  giveBack(): void {
    this.#tokens = Math.min(this.#tokens + 1, this.#size.burst);
  }
}
