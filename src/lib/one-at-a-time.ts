/** Runs the jobs of each lane one after the other, and those of different lanes beside each other. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs a job behind what came before in its lane, and gives what it gives or throws. */
  run<Value>(lane: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(lane) ?? Promise.resolve();
    // Whoever asked for the one before was told if it failed.
    const done = before.then(work, work);
    this.#last.set(lane, done);
    const forget = () => {
      if (this.#last.get(lane) === done) this.#last.delete(lane);
    };
    void done.then(forget, forget);
    return done;
  }
}
