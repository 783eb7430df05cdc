import { Lanes } from './lanes.ts';

/**
 * Runs small synchronous jobs, but in each turn of the event loop only as many as fit into a time slice. The rest
 * waits, so that timers and sockets are served in between. The lanes take turns, and the jobs of a lane run in order.
 * For bursts of work, as when thousands of clients connect at the same moment.
 */
export class TimeSlices {
  readonly #sliceMs: number;
  readonly #waiting = new Lanes<() => void>();
  #endsAt = 0;
  #hasBegun = false;

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  /** Runs the job now, or after the earlier ones of its lane. It must not throw. */
  run(work: () => void, lane = ''): void {
    if (!this.#hasBegun) this.#begin();
    if (this.#waiting.isEmpty && this.#hasTime()) work();
    else this.#waiting.add(lane, work);
  }

  #begin(): void {
    this.#hasBegun = true;
    this.#endsAt = performance.now() + this.#sliceMs;
    setImmediate(() => this.#next());
  }

  async #next(): Promise<void> {
    this.#hasBegun = false;
    if (this.#waiting.isEmpty) return;
    this.#begin();
    while (this.#hasTime()) {
      const work = this.#waiting.take();
      if (!work) return;
      work();
      // The continuations of the job belong to the same slice.
      await null;
    }
  }

  #hasTime(): boolean {
    return performance.now() < this.#endsAt;
  }
}
