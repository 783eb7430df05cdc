import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../core/process/clock.ts';
import { type Failures, WINDOW_MS } from './allowance.ts';
import { type GuessStore, KNOWN_MS } from './guess-store.ts';

/**
 * Each failure costs the hash of a password, so that a node cannot count as many within the window; the bound keeps
 * older ones from staying for ever.
 */
const MAX_ENTRIES = 100_000;

/** Counts failures on this node alone. */
export class MemoryGuessStore implements GuessStore {
  readonly #clock: Clock;
  readonly #failures = new LRUCache<string, Failures>({ max: MAX_ENTRIES });
  readonly #knownUntil = new LRUCache<string, number>({ max: MAX_ENTRIES });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async failures(keys: readonly string[]): Promise<readonly (Failures | undefined)[]> {
    return keys.map((key) => this.#current(key));
  }

  async fail(keys: readonly string[]): Promise<void> {
    const lastAt = this.#now();
    for (const key of keys) {
      const { count, until } = this.#current(key) ?? { count: 0, until: lastAt + WINDOW_MS };
      this.#failures.set(key, { count: count + 1, lastAt, until });
    }
  }

  async know(key: string): Promise<void> {
    this.#knownUntil.set(key, this.#now() + KNOWN_MS);
  }

  async isKnown(key: string): Promise<boolean> {
    return (this.#knownUntil.get(key) ?? 0) > this.#now();
  }

  #current(key: string): Failures | undefined {
    const failures = this.#failures.get(key);
    return failures && failures.until > this.#now() ? failures : undefined;
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}
