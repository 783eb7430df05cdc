/**
 * Orders reads that overlap. The result of a read is out of date once the result of a read that began later has been
 * accepted: an earlier read must not restore what a later one saw withdrawn.
 */
export class ReadOrder {
  #begun = 0;
  #accepted = 0;

  /** Numbers a read that begins now. */
  begin(): number {
    this.#begun += 1;
    return this.#begun;
  }

  /** Accepts the result of a read; false if it is out of date. */
  accept(read: number): boolean {
    if (read < this.#accepted) return false;
    this.#accepted = read;
    return true;
  }
}
