import { setTimeout as pause } from 'node:timers/promises';
import { programFile } from '../../test/support/program-file.ts';

/** The memory of a process after a forced collection. */
export interface Memory {
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** The delay of a process's event loop, interval of the measurement (10 ms) included. */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The options of node, beside `tsx` and GAUGE_PORT, that let a gauge measure a process. */
export const GAUGE_OPTIONS = [
  '--expose-gc',
  '--import',
  programFile(new URL('./inner-gauge.ts', import.meta.url)).path,
];

/** A collection finalises what only the next one can free, and pages go back to the system after it has ended. */
const COLLECTIONS = 3;
const SETTLING_MS = 150;

/** Measures a process that was started with GAUGE_OPTIONS. */
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

  /** Counts what keeps the process alive by kind: timers, sockets and the like. */
  resources(): Promise<Readonly<Record<string, number>>> {
    return this.#ask<Record<string, number>>('/resources');
  }

  /** Starts to measure the event loop. */
  async startLoopDelay(): Promise<void> {
    await this.#ask('/loop-delay/start');
  }

  /** The delay since `startLoopDelay`. */
  stopLoopDelay(): Promise<LoopDelay> {
    return this.#ask<LoopDelay>('/loop-delay/stop');
  }

  async #ask<Answer>(path: string): Promise<Answer> {
    return (await fetch(this.#url + path)).json() as Promise<Answer>;
  }
}
