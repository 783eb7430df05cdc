import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schema } from '../../src/schema.ts';
import { Dice } from '../support/dice.ts';
import { Installation } from '../support/installation.ts';
import { type NextDoor, RESIDENTS } from '../support/next-door.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { sameButForIds } from '../support/same-but-for-ids.ts';
import { documentOf, rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import { TwoWorlds } from '../support/two-worlds.ts';
import { leaksIn, plainAttemptsOn, variablesOf } from '../support/wall-checker.ts';

const SEED = 20_261_120;
const RUNS = Number(process.env.NEXT_UNIT_RUNS ?? 2);
const DEPTH = 4;
const STEPS = 3;
const ACTS = 9;

const queries = rootFields(schema).filter(({ operation }) => operation === 'query');

// All that a resident receives must be the same whether its neighbours act or not.
describeOnPostgres.each(RESIDENTS)('X: %s cannot tell whether its neighbours act', (_who, permissions) => {
  let installation: Installation;
  let worlds: TwoWorlds;

  beforeAll(async () => {
    installation = await Installation.start(WIDE);
    worlds = await TwoWorlds.build(installation, permissions);
  });

  afterAll(() => installation.stop());

  test('by any query, filter, order, page or count', async () => {
    expect(await worlds.actNextDoor(new Dice(SEED), 3 * ACTS)).toBeGreaterThan(ACTS);
    let asked = 0;
    for (const root of queries) {
      const document = documentOf(schema, root, DEPTH);
      for (const attempt of plainAttemptsOn(root)) {
        const answers = async ({ home, own, theirs }: NextDoor) => {
          const ask = (ids: typeof own) => home.resident.run(document, variablesOf(root, attempt, ids, own));
          return sameButForIds(JSON.stringify(await Promise.all([ask(own), ask(theirs)])));
        };
        const [there, here] = await worlds.both(answers);
        expect([root.field.name, attempt.chosen, there]).toEqual([root.field.name, attempt.chosen, here]);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(100);
  }, 900_000);

  test('by any stream, whatever the neighbours do meanwhile', async () => {
    let events = 0;
    const walk = async (seed: number) => {
      let done = 0;
      const [there, here] = await worlds.listen(seed, STEPS, async (dice) => {
        done += await worlds.actNextDoor(dice, ACTS);
      });
      expect(done).toBeGreaterThan(ACTS / 2);
      const { busy } = worlds;
      for (const [title, texts] of there) {
        expect([title, leaksIn(texts.join('\n'), '', { ...busy, ids: busy.theirs })]).toEqual([title, []]);
        expect([title, texts.map(sameButForIds)]).toEqual([title, here.get(title)?.map(sameButForIds)]);
        events += texts.length;
      }
    };
    await fc.assert(fc.asyncProperty(fc.noShrink(fc.integer()), walk), {
      seed: SEED,
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect(events).toBeGreaterThan(RUNS * STEPS * 20);
  }, 900_000);
});
