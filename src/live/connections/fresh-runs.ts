/**
 * Runs a job for callers who need a run that begins after their call. A run under way may have begun too early for a
 * new caller, so callers who arrive during a run share the one after it.
 */
export class FreshRuns {
  readonly #job: () => Promise<void>;
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(job: () => Promise<void>) {
    this.#job = job;
  }

  /** Done when a run that began after this call has succeeded; throws what that run throws. */
  request(): Promise<void> {
    this.#next ??= this.#runAfterCurrent();
    return this.#next;
  }

  async #runAfterCurrent(): Promise<void> {
    // The callers of the current run get its error.
    await this.#current.catch(() => {});
    this.#next = null;
    this.#current = this.#job();
    await this.#current;
  }
}
