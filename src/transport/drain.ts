import { setTimeout } from 'node:timers/promises';

/** Has a client that would stay leave, now or as soon as it can. */
export type Leave = () => unknown;

/** Few clients need no spreading: whoever stops a server with three of them should not wait for ten seconds. */
const MAX_INTERVAL_MS = 50;
/** The part of the time in which clients are told to leave; the rest is for goodbyes, and for what is under way. */
const TELLING_PART = 0.75;

/**
 * Has the clients that stay connected, on sockets and event streams, leave one after the other when the server stops:
 * if all were cut off at once, all would come back at once, to the nodes that are left.
 */
export class Drain {
  readonly #staying = new Set<Leave>();
  #isRunning = false;
  #onEmpty: () => void = () => {};

  /** Whether the server is about to stop. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Counts a client as staying until the returned function is called. Who comes too late is told to leave at once. */
  add(leave: Leave): () => void {
    this.#staying.add(leave);
    if (this.#isRunning) setImmediate(leave);
    return () => {
      this.#staying.delete(leave);
      if (this.#staying.size === 0) this.#onEmpty();
    };
  }

  /** Tells everybody to leave, in the order of their coming; done when all have gone, or `ms` have passed. */
  async run(ms: number): Promise<void> {
    this.#isRunning = true;
    if (this.#staying.size === 0) return;
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const giveUp = new AbortController();
    const late = setTimeout(ms, undefined, giveUp).catch(() => {}); // rejects when it is called off
    void this.#tellOneByOne(ms * TELLING_PART);
    await Promise.race([isEmpty, late]);
    giveUp.abort();
  }

  async #tellOneByOne(ms: number): Promise<void> {
    const begunAt = performance.now();
    const everybody = [...this.#staying];
    const intervalMs = Math.min(ms / everybody.length, MAX_INTERVAL_MS);
    for (const [index, leave] of everybody.entries()) {
      // By the clock, not from one to the next: timers are late, and the delays would add up.
      const early = begunAt + index * intervalMs - performance.now();
      if (early > 0) await setTimeout(early);
      if (this.#staying.size === 0) return;
      if (this.#staying.has(leave)) leave();
    }
  }
}
