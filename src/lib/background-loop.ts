import { setTimeout as pause } from 'node:timers/promises';

/** Does one thing again and again, one at a time, until it is stopped. */
export class BackgroundLoop {
  readonly #round: () => Promise<number>;
  readonly #onFault: (error: unknown) => number;
  readonly #stopping = new AbortController();
  #resting = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /**
   * `round` answers how many milliseconds to rest before the next one; of what it throws, `onFault` is told and answers
   * the same.
   */
  constructor(round: () => Promise<number>, onFault: (error: unknown) => number) {
    this.#round = round;
    this.#onFault = onFault;
  }

  get isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Ends the rest before its time. One that is asked for during a round comes after it. */
  nudge(): void {
    this.#resting.abort();
  }

  /** Lets the round under way end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.nudge();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.isStopping) {
      this.#resting = new AbortController();
      const restMs = await this.#round().catch(this.#onFault);
      if (restMs > 0 && !this.isStopping) await this.#rest(restMs);
    }
  }

  async #rest(ms: number): Promise<void> {
    const { signal } = this.#resting;
    await pause(ms, undefined, { signal, ref: false }).catch(() => {
      // Nudged.
    });
  }
}
