import type { Failures } from './allowance.ts';

/** Where failures are counted, and where it is noted which pairs of account and network have signed in. */
export interface GuessStore {
  /** The failures of each counter, in the order of the keys; undefined for a counter without any. */
  failures(keys: readonly string[]): Promise<readonly (Failures | undefined)[]>;
  /** Adds a failure to each counter. */
  fail(keys: readonly string[]): Promise<void>;
  /** Notes that a pair has signed in. */
  know(key: string): Promise<void>;
  /** Whether a pair has signed in within the last two weeks. */
  isKnown(key: string): Promise<boolean>;
}

/** The time for which a pair that has signed in is known. */
export const KNOWN_MS = 14 * 24 * 60 * 60_000;
