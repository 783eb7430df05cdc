import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fuzz } from '../../bench/fuzz/fuzz.ts';
import { strangers } from '../../bench/fuzz/realms.ts';
import { toReport } from '../../bench/fuzz/report.ts';
import { World } from '../../bench/fuzz/world.ts';

const SEED = 20_261_129;
/** It takes a few seconds; a busy machine may take minutes. */
const PATIENCE_MS = 600_000;

let world: World;

beforeAll(async () => {
  world = await World.start();
}, PATIENCE_MS);

afterAll(() => world.stop());

test(
  'X 27: random questions show no user another tenant, customer or unit, staff of the platform, or what its rights do not show',
  async () => {
    const outcome = await fuzz(world, {
      seed: SEED,
      isOver: (rounds) => rounds >= 2,
      requests: 10,
      pairs: 15,
    });
    expect(toReport(outcome)).toMatch(/: nothing foreign was shown\.$/);
    expect(outcome.events).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

describe('the fuzzer finds a planted leak, and makes the question small', () => {
  /** The leak is found by the first row that shows it, by a text or by an id. */
  const OF_ANOTHER = expect.stringMatching(/^(shows a text|names \S+) of another tenant$/);

  /** A world in which the texts that every user of globex is shown are secrets. */
  const planted = () => world.assuming({ realms: [strangers(world.globex)] });

  test(
    'in the answer to a request',
    async () => {
      const isOver = (rounds: number) => rounds >= 1;
      const { leak } = await fuzz(planted(), { seed: SEED, isOver, streams: 0 });
      expect(leak?.faults).toContainEqual(OF_ANOTHER);
      expect(leak?.question.document.length).toBeLessThan(500);
    },
    PATIENCE_MS,
  );

  test(
    'in the events of a subscription',
    async () => {
      const isOver = (rounds: number) => rounds >= 3;
      const { leak } = await fuzz(planted(), { seed: SEED, isOver, requests: 0, pairs: 0, streamTries: 2 });
      expect(leak?.question.document).toContain('subscription');
      expect(leak?.faults).toContainEqual(OF_ANOTHER);
    },
    PATIENCE_MS,
  );
});
