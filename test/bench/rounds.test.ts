import { expect, test } from '@jest/globals';
import type { Slice } from '../../bench/fan-out/contestant.ts';
import { processorTime, Rounds } from '../../bench/fan-out/rounds.ts';

const WARM_UP = 100;

test('a ratio is taken within each round, and the median of the rounds is given, without the warm-up', async () => {
  const contestants = [contestant('base', [WARM_UP, 1, 10, 2]), contestant('other', [WARM_UP, 2, 5, 8])];
  const load = { kind: 'closed', ms: 1, inFlight: 1, atOnce: 1 } as const;
  const rounds = await Rounds.run([{ name: 'task', load, contestants }], 3);
  expect(rounds.ratio('task', 'other', 'base', processorTime)).toBe(2);
  expect(rounds.median('task', 'other', processorTime)).toBe(5);
});

/** A measurement that costs one of the given seconds for each million deliveries, slice by slice. */
function contestant(name: string, costs: number[]) {
  const take = async (): Promise<Slice> => {
    const [serverSeconds = Number.NaN] = costs.splice(0, 1);
    return {
      contestant: name,
      events: 1,
      deliveries: 1_000_000,
      missing: 0,
      duplicates: 0,
      outOfOrder: 0,
      bytes: 0,
      seconds: 1,
      latency: null,
      serverSeconds,
      redisSeconds: 0,
    };
  };
  return { name, take };
}
