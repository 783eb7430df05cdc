import { medianOf } from '../support/figures.ts';
import { shuffle } from '../support/shuffle.ts';
import type { Contestant, Slice } from './contestant.ts';
import type { Load } from './load.ts';

/** A load, and the contestants that take it. */
export interface Task {
  readonly name: string;
  readonly load: Load;
  readonly contestants: readonly Pick<Contestant, 'name' | 'take'>[];
}

interface RoundSlice extends Slice {
  readonly task: string;
  readonly round: number;
}

/** Reads one value from a slice. */
export type Reading = (slice: Slice) => number;

/** The processor time of the server, in seconds for a million deliveries. */
export const processorTime: Reading = ({ serverSeconds, deliveries }) => (serverSeconds / deliveries) * 1e6;

/** The latency that one delivery in a hundred exceeds, in milliseconds; for paced loads. */
export const latencyP99: Reading = ({ latency }) => latency?.p99 ?? Number.NaN;

const WARM_UP_MS = 2_000;

/** The slices of a run. */
export class Rounds {
  readonly slices: RoundSlice[] = [];

  /**
   * Gives every contestant of a task one slice in each round, in random order, so that any other load of the machine
   * affects all of them alike. A warm-up that is not counted comes first: servers are compiled as they run.
   */
  static async run(tasks: readonly Task[], rounds: number): Promise<Rounds> {
    const run = new Rounds();
    for (const { load, contestants } of tasks) {
      for (const contestant of contestants) await contestant.take({ ...load, ms: WARM_UP_MS });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, load, contestants } of tasks) {
        for (const contestant of shuffle(contestants)) {
          run.slices.push({ task: name, round, ...(await contestant.take(load)) });
        }
      }
    }
    return run;
  }

  of(task: string, contestant: string): RoundSlice[] {
    return this.slices.filter((slice) => slice.task === task && slice.contestant === contestant);
  }

  median(task: string, contestant: string, reading: Reading): number {
    return medianOf(this.of(task, contestant).map(reading));
  }

  /** The ratio of a contestant to another one: within each round, and then the median. */
  ratio(task: string, contestant: string, base: string, reading: Reading): number {
    const bases = this.of(task, base);
    const ratios = this.of(task, contestant).flatMap((slice) => {
      const other = bases.find(({ round }) => round === slice.round);
      return other ? [reading(slice) / reading(other)] : [];
    });
    return medianOf(ratios);
  }
}
