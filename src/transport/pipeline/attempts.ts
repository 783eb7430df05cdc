import { LRUCache } from 'lru-cache';
import { type BucketSize, TokenBucket } from '../../lib/token-bucket.ts';

/** So many clients are counted at a time; the one that has been idle for longest is forgotten. */
const MAX_CLIENTS = 20_000;

/**
 * Counts what clients attempt, on this node, before any work is done for it. An attempt that becomes an operation of a
 * user is given back, as it is counted for that user. So what fails before is all that counts here, together with the
 * operations of clients without a user.
 *
 * Each node counts its own. What it bounds is this node's work. An attempt is counted before its outcome is known, so a
 * shared counter would take a command of Redis for every attempt: a flood would reach Redis, too, and every good request
 * would wait for it. Guesses at passwords and codes, where the sum over all nodes matters, are counted in Redis.
 */
export class Attempts {
  readonly #size: BucketSize;
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: MAX_CLIENTS });

  constructor(size: BucketSize) {
    this.#size = size;
  }

  /** Counts an attempt; false if the client has too many. */
  take(client: string): boolean {
    const bucket = this.#buckets.get(client) ?? new TokenBucket(this.#size);
    this.#buckets.set(client, bucket);
    return bucket.take();
  }

  giveBack(client: string): void {
    this.#buckets.get(client)?.giveBack();
  }
}
