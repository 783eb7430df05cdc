import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schema } from '../../src/schema.ts';
import { RepeatedField } from '../support/asked-together.ts';
import { Dice } from '../support/dice.ts';
import { Installation } from '../support/installation.ts';
import { type NextDoor, RESIDENTS } from '../support/next-door.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { sameButForIds } from '../support/same-but-for-ids.ts';
import { documentOf, type RootField, rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import { TwoWorlds } from '../support/two-worlds.ts';
import {
  type Attempt,
  leaksIn,
  plainAttemptsOn,
  variablesOf,
  withErrorsInOrder,
} from '../support/wall-checker.ts';

const SEED = 20_261_120;
const RUNS = Number(process.env.NEXT_UNIT_RUNS ?? 2);
const DEPTH = 4;
const STEPS = 3;
const ACTS = 9;

/** Only the arguments that a field requires, about rows of one's own. */
const WITHOUT_OPTIONS: Attempt = { chosen: [], foreign: new Set(), enums: new Map() };
/** The position of the feed, and what an answer says of its request. */
const OF_THE_MOMENT = /"(feedCursor|cursor|requestId|decidedAt)":"[^"]*"/g;

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
      const field = new RepeatedField(schema, root, DEPTH);
      const attempts = plainAttemptsOn(root);
      const [there, here] = await worlds.both(async ({ home, own, theirs }: NextDoor) => {
        const about = (ids: typeof own) => attempts.map((attempt) => variablesOf(root, attempt, ids, own));
        const [ofOwn, ofTheirs] = await Promise.all([
          field.ask(home.resident, about(own)),
          field.ask(home.resident, about(theirs)),
        ]);
        return ofOwn.map((answer, at) => sameButForIds(`[${answer},${ofTheirs[at]}]`));
      });
      const name = root.field.name;
      for (const [at, { chosen }] of attempts.entries())
        expect([name, chosen, there[at]]).toEqual([name, chosen, here[at]]);
      asked += attempts.length;
    }
    expect(asked).toBeGreaterThan(100);
  }, 900_000);

  test('by any answer before and after they acted: not by a version and not by a time', async () => {
    const { home, own } = worlds.busy;
    const ask = async (root: RootField) => {
      const variables = variablesOf(root, WITHOUT_OPTIONS, own, own);
      const answer = await home.resident.run(documentOf(schema, root, DEPTH), variables);
      return withErrorsInOrder(JSON.stringify(answer)).replace(OF_THE_MOMENT, '');
    };
    const before = new Map<RootField, string>();
    for (const root of queries) before.set(root, await ask(root));
    expect(await worlds.actNextDoor(new Dice(SEED + 1), 2 * ACTS)).toBeGreaterThan(ACTS / 2);
    for (const [root, answer] of before)
      expect([root.field.name, await ask(root)]).toEqual([root.field.name, answer]);
    expect([...before.values()].filter((answer) => answer.includes('"updatedAt"')).length).toBeGreaterThan(5);
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
