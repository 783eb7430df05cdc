import type { ChangeKind } from '../../src/generated/prisma/enums.ts';

/**
 * The outcome of a write, as far as its writer can know:
 *
 *     ACKNOWLEDGED   must be in the log exactly once
 *     REFUSED        must not be there: a userError
 *     ROLLED_BACK    must not be there: the writer itself rolled its transaction back
 *     UNKNOWN        may be there once or not at all: no answer arrived
 */
export type Outcome = 'ACKNOWLEDGED' | 'REFUSED' | 'ROLLED_BACK' | 'UNKNOWN';

/** One attempt to write. */
export interface Attempt {
  readonly kind: ChangeKind;
  /** The text by which the log shows the write: one that only it wrote, or the id of the row that it deleted. */
  readonly mark: string;
  readonly outcome: Outcome;
  /** The number of times that it was sent. */
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

  /** The number of writes that needed more than one try until they were answered. */
  get repeated(): number {
    return this.attempts.filter(({ tries }) => tries > 1).length;
  }
}
