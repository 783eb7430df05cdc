import { setTimeout } from 'node:timers/promises';

/** Makes a connected client leave, now or as soon as its requests are answered. */
export type Leave = () => unknown;

/** Few clients need no spreading: a server with three clients should not take ten seconds to stop. */
const MAX_INTERVAL_MS = 50;
/** The part of the time in which clients are sent away. The rest is for their goodbyes and for running requests. */
const SENDING_PART = 0.75;

/**
 * Makes the clients on sockets and event streams leave one after the other when the server stops. If all were
 * disconnected together, all would reconnect together, to the remaining nodes.
 */
export class Drain {
  readonly #connected = new Set<Leave>();
  #isAnnounced = false;
  #isRunning = false;
  #onEmpty: () => void = () => {};

  /** Whether the server is about to stop. */
  get isAnnounced(): boolean {
    return this.#isAnnounced;
  }

  /** Whether clients are sent away. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Counts a client as connected until the returned function is called. During a drain it is sent away immediately. */
  add(leave: Leave): () => void {
    this.#connected.add(leave);
    if (this.#isRunning) setImmediate(leave);
    return () => {
      this.#connected.delete(leave);
      if (this.#connected.size === 0) this.#onEmpty();
    };
  }

  /**
   * Announces that the server is about to stop; done after `ms`. Until then it serves as before, except that it is not
   * ready: a balancer that notices too late would send requests to a port on which nothing listens.
   */
  async announce(ms: number): Promise<void> {
    this.#isAnnounced = true;
    if (ms > 0) await setTimeout(ms);
  }

  /** Sends all clients away, in the order in which they came; done when all have left, or `ms` have passed. */
  async run(ms: number): Promise<void> {
    this.#isRunning = true;
    if (this.#connected.size === 0) return;
    const isEmpty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    const giveUp = new AbortController();
    const late = setTimeout(ms, undefined, giveUp).catch(() => {}); // rejects when it is aborted
    void this.#sendAwayOneByOne(ms * SENDING_PART);
    await Promise.race([isEmpty, late]);
    giveUp.abort();
  }

  async #sendAwayOneByOne(ms: number): Promise<void> {
    const begunAt = performance.now();
    const clients = [...this.#connected];
    const intervalMs = Math.min(ms / clients.length, MAX_INTERVAL_MS);
    for (const [index, leave] of clients.entries()) {
      // Measured from the beginning: timers are late, and their delays would add up.
      const early = begunAt + index * intervalMs - performance.now();
      if (early > 0) await setTimeout(early);
      if (this.#connected.size === 0) return;
      if (this.#connected.has(leave)) leave();
    }
  }
}
