import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The memory of a process after a forced collection. */
export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** How late the event loop of a process was, interval of the measurement (10 ms) included. */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What node has to be started with, beside `tsx` and GAUGE_PORT, so that a process can be looked into. */
export const GAUGE_OPTIONS = [
  '--expose-gc',
  '--import',
  fileURLToPath(new URL('./inner-gauge.ts', import.meta.url)),
];

/** A collection finalises what only the next one can free, and pages go back to the system after it has ended. */
const COLLECTIONS = 3;
const SETTLING_MS = 150;

/** Looks into a process that was started with GAUGE_OPTIONS. */
export class Gauge {
  readonly #url: string;

  constructor(port: number) {
    this.#url = `http://127.0.0.1:${port}`;
  }

  /** Collects garbage and reads what is left. */
  async memory(): Promise<Memory> {
    for (let time = 0; time < COLLECTIONS; time += 1) {
      await this.#ask('/collect');
      await pause(SETTLING_MS);
    }
    return this.#ask<Memory>('/memory');
  }

  /** Watches the event loop from now on. */
  async startLoopDelay(): Promise<void> {
    await this.#ask('/loop-delay/start');
  }

  /** How late it was since `startLoopDelay`. */
  stopLoopDelay(): Promise<LoopDelay> {
    return this.#ask<LoopDelay>('/loop-delay/stop');
  }

  async #ask<Answer>(path: string): Promise<Answer> {
    return (await fetch(this.#url + path)).json() as Promise<Answer>;
  }
}
