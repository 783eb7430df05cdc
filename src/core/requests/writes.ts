/** Whether a mutation was written; UNKNOWN if the connection was lost before the database had answered its COMMIT. */
export type WriteOutcome = 'WRITTEN' | 'ROLLED_BACK' | 'UNKNOWN';

/** The state of the transactions of the mutation that an operation runs. Mutations of an operation run one by one. */
export class Writes {
  #isWritten = false;
  #isCommitSent = false;

  /** Whether anything of the mutation was written. */
  get outcome(): WriteOutcome {
    if (this.#isCommitSent) return 'UNKNOWN';
    return this.#isWritten ? 'WRITTEN' : 'ROLLED_BACK';
  }

  /** Forgets the mutation before. */
  begin(): void {
    this.#isWritten = false;
    this.#isCommitSent = false;
  }

  /** Notes that a COMMIT is sent. */
  commitSent(): void {
    this.#isCommitSent = true;
  }

  /** Notes that a transaction was committed: whatever fails later takes nothing of it back. */
  committed(): void {
    this.#isWritten = true;
    this.#isCommitSent = false;
  }

  /** Notes that a transaction was rolled back. */
  rolledBack(): void {
    this.#isCommitSent = false;
  }
}
