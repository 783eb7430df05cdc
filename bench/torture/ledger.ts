import type { ChangeKind } from '../../src/generated/prisma/enums.ts';

/**
 * How a write ended, as far as its writer can know:
 *
 *     ACKNOWLEDGED   must be in the log exactly once
 *     REFUSED        must not be there: a userError
 *     ROLLED_BACK    must not be there: the writer itself called its transaction off
 *     UNKNOWN        may be there once or not at all: no answer came
 */
export type Outcome = 'ACKNOWLEDGED' | 'REFUSED' | 'ROLLED_BACK' | 'UNKNOWN';

/** One write that somebody tried. */
export interface Attempt {
  readonly kind: ChangeKind;
  /** What makes the write recognisable in the log: a text that only it wrote, or the id of what it deleted. */
  readonly mark: string;
  readonly outcome: Outcome;
  /** How often it was sent. */
  readonly tries: number;
}

/** Every write that was tried, by all writers. */
export class Ledger {
  readonly attempts: Attempt[] = [];

  add(attempt: Attempt): void {
    this.attempts.push(attempt);
  }

  count(outcome: Outcome): number {
    return this.attempts.filter((attempt) => attempt.outcome === outcome).length;
  }

  /** How many needed more than one try until they were answered. */
  get repeated(): number {
    return this.attempts.filter(({ tries }) => tries > 1).length;
  }
}
