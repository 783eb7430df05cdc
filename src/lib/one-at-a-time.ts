/** Runs the jobs of each lane one after the other; the lanes run concurrently. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a job after the earlier ones of its lane; the result is that of the job. */
  run<Value>(lane: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(lane) ?? Promise.resolve();
    // The caller of the earlier job received its error.
    const done = before.then(work, work);
    this.#last.set(lane, done);
    const forget = () => {
      if (this.#last.get(lane) === done) this.#last.delete(lane);
    };
    void done.then(forget, forget);
    return done;
  }
}
