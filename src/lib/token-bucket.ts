export interface BucketSize {
  /** How many tokens come back in a second. */
  readonly perSecond: number;
  /** How many there are at first, and at most. */
  readonly burst: number;
}

/**
 * Allows a burst, and a number in each second after it. What has come back is worked out from the time that has passed
 * whenever somebody asks, so a bucket has no timer and costs next to nothing.
 */
export class TokenBucket {
  readonly #size: BucketSize;
  readonly #now: () => number;
  #tokens: number;
  #countedAt: number;

  /** `now` gives milliseconds and never goes back, as the time of day does when it is set. */
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
}
