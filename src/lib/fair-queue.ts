import { AsyncResource } from 'node:async_hooks';
import { Lanes } from './lanes.ts';

type Job = () => Promise<void>;

/**
 * Runs a few jobs at a time and takes them from its lanes in turn: however many jobs wait in one lane, a job in another
 * lane starts after at most one of each.
 */
export class FairQueue {
  readonly #width: number;
  readonly #waiting = new Lanes<Job>();
  #running = 0;

  /** Runs at most `width` jobs at a time. */
  constructor(width: number) {
    this.#width = width;
  }

  /** Runs a job when it is its turn, in the asynchronous context of the caller; the result is that of the job. */
  run<Value>(lane: string, work: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#waiting.add(
        lane,
        AsyncResource.bind(() => work().then(resolve, reject)),
      );
      this.#next();
    });
  }

  #next(): void {
    if (this.#running >= this.#width) return;
    const job = this.#waiting.take();
    if (!job) return;
    this.#running += 1;
    void job().finally(() => {
      this.#running -= 1;
      this.#next();
    });
  }
}
