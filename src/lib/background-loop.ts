import { setTimeout as pause } from 'node:timers/promises';

/** Repeats a task, one run at a time, until it is stopped. */
export class BackgroundLoop {
  readonly #round: () => Promise<number>;
  readonly #onFault: (error: unknown) => number;
  readonly #stopping = new AbortController();
  #resting = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /**
   * `round` returns the pause in milliseconds before the next run; `onFault` receives what it throws, and returns the
   * pause.
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

  /** Ends the pause early. During a run it makes the next one follow without a pause. */
  nudge(): void {
    this.#resting.abort();
  }

  /** Stops the loop after the current run. */
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
