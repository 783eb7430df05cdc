import { NextFrames } from './frames.ts';

/** A writer that has payloads to write when its batch is due. */
export interface BatchedWriter {
  writeBatch(): void;
}

/** After a batch that took no longer than this, the batcher does not rest. */
const SHORT_MS = 2;
/** The longest rest, and so the most that it adds to the delay of an event. */
const LONGEST_REST_MS = 25;

/**
 * Collects the sockets that have payloads to write until the current turn of the event loop ends. After a batch to
 * thousands of sockets it rests twice as long as the batch took. The payloads that arrive during the rest leave in one
 * write for each socket, too: the busier the node, the fewer writes for each event. A node that is not busy never
 * rests.
 */
export class WriteBatcher {
  readonly frames = new NextFrames();
  #writers: BatchedWriter[] = [];
  #restsUntil = 0;

  /** Has a writer write at the end of this turn of the event loop, or after the rest. */
  add(writer: BatchedWriter): void {
    if (this.#writers.length === 0) this.#arm();
    this.#writers.push(writer);
  }

  #arm(): void {
    const restMs = this.#restsUntil - performance.now();
    if (restMs > 1) setTimeout(() => this.#flush(), restMs);
    else setImmediate(() => this.#flush());
  }

  #flush(): void {
    const writers = this.#writers;
    this.#writers = [];
    const begunAt = performance.now();
    for (const writer of writers) writer.writeBatch();
    const endedAt = performance.now();
    const tookMs = endedAt - begunAt;
    if (tookMs > SHORT_MS) this.#restsUntil = endedAt + Math.min(2 * tookMs, LONGEST_REST_MS);
  }
}
