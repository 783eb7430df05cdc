type Job = () => Promise<void>;

/**
 * Runs a few jobs at a time and takes turns between the lanes in which they wait: however many jobs wait in one lane,
 * a job in another one starts after one of each.
 */
export class FairQueue {
  readonly #width: number;
  /** A lane that has had its turn goes to the end; those without jobs are not kept. */
  readonly #lanes = new Map<string, Job[]>();
  #running = 0;

  /** Runs at most `width` jobs at a time. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Runs a job when it is its turn, and gives what it gives or throws. */
  run<Value>(lane: string, work: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const jobs = this.#lanes.get(lane) ?? [];
      jobs.push(() => work().then(resolve, reject));
      this.#lanes.set(lane, jobs);
      this.#next();
    });
  }

  #next(): void {
    if (this.#running >= this.#width) return;
    const job = this.#take();
    if (!job) return;
    this.#running += 1;
    void job().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }

  #take(): Job | undefined {
    for (const [lane, jobs] of this.#lanes) {
      const job = jobs.shift();
      this.#lanes.delete(lane);
      if (jobs.length > 0) this.#lanes.set(lane, jobs);
      return job;
    }
    return undefined;
  }
}
