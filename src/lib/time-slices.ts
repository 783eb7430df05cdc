import { Lanes } from './lanes.ts';

/**
 * Does what comes at once, but in one turn of the event loop no more than fits into a slice of time: the rest waits, and
 * timers and sockets have their turns in between. What waits in different lanes is done in turn, in each lane in order.
 * For work that comes in crowds, as when thousands of clients connect at the same moment.
 */
export class TimeSlices {
  readonly #sliceMs: number;
  readonly #waiting = new Lanes<() => void>();
  #endsAt = 0;
  #hasBegun = false;

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  /** Does it now, or behind what came before in its lane. It must not throw. */
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
      // What it has promised belongs to the same slice.
      await null;
    }
  }

  #hasTime(): boolean {
    return performance.now() < this.#endsAt;
  }
}
