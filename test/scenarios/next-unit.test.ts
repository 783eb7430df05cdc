import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schema } from '../../src/schema.ts';
import { RepeatedField } from '../support/asked-together.ts';
import { attack, compareAnswers, isOnOneself, type Question } from '../support/attack.ts';
import { Dice } from '../support/dice.ts';
import { Installation, signIn, TEST_PASSWORD } from '../support/installation.ts';
import { type NextDoor, nextDoor, RESIDENTS } from '../support/next-door.ts';
import { Person } from '../support/person.ts';
import { randomQuestion } from '../support/random-question.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import { plainAttemptsOn } from '../support/wall-checker.ts';

// A resident must not learn anything of the next unit: its residents, their payments and their requests. The walk tries
// every root field, also those of rooms that are added later.

const SEED = 20_261_120;
const QUESTIONS = Number(process.env.NEXT_UNIT_QUESTIONS ?? 250);
const DEPTH = 4;

const roots = rootFields(schema)
  .filter(({ operation }) => operation !== 'subscription')
  .map((root) => ({ root, field: new RepeatedField(schema, root, DEPTH) }));
const queries = roots.filter(({ root }) => root.operation === 'query');

describeOnPostgres.each(RESIDENTS)('X: %s', (_who, permissions) => {
  let installation: Installation;
  let door: NextDoor;
  let resident: Person;

  beforeAll(async () => {
    installation = await Installation.start(WIDE);
    door = await nextDoor(installation, permissions);
    await enter();
  });

  afterAll(() => installation.stop());

  async function enter(): Promise<void> {
    const { url } = installation.app;
    resident = new Person(url, await signIn(url, door.home.resident.email, TEST_PASSWORD));
  }

  /** The rows of the next unit, ids of no row, and the rows of the resident. */
  const sides = () => ({ theirs: { ...door, ids: door.theirs }, nobodys: door.nobodys, own: door.own });

  test('learns nothing of the next unit by any query or mutation, and cannot tell its ids from made-up ones', async () => {
    const faults: string[] = [];
    for (const { root, field } of roots) {
      const attempts = plainAttemptsOn(root);
      const together = attempts.filter((one) => !isOnOneself(root, one));
      faults.push(...(await attack(resident, field, together, sides())));
      for (const one of attempts.filter((attempt) => isOnOneself(root, attempt))) {
        faults.push(...(await attack(resident, field, [one], sides())));
        await enterAgainIfSignedOut();
      }
    }
    expect(faults).toEqual([]);
  }, 900_000);

  async function enterAgainIfSignedOut(): Promise<void> {
    const { data } = await resident.run('{ viewer { id } }');
    if (!data?.viewer) await enter();
  }

  test('learns no more by filters, orders, pages and counts that name its rows and begin with its texts', async () => {
    const text = `${door.canary.slice(0, -8)}${crypto.randomUUID().slice(0, 8)}`;
    const asked = new Map(queries.map(({ field }) => [field, [] as Question[]]));
    for (const seed of fc.sample(fc.integer(), { seed: SEED, numRuns: QUESTIONS })) {
      const dice = new Dice(seed);
      const { root, field } = dice.pick(queries);
      const ask = randomQuestion(root, dice);
      const question = ask({ ids: door.theirs, text: door.canary });
      asked.get(field)?.push([question, ask({ ids: door.nobodys, text })]);
    }
    const faults: string[] = [];
    for (const [field, questions] of asked)
      faults.push(...(await compareAnswers(resident, field, questions, sides())));
    expect(faults).toEqual([]);
  }, 900_000);

  test('the comparison is not of empty answers: the resident sees its own rows, and the owner those of the next unit', async () => {
    const query = `{ units { nodes { label } } payments { nodes { reference } } maintenanceRequests { nodes { title } } }`;
    expect(await resident.ask(query)).toEqual({
      units: { nodes: [{ label: 'Elm 1' }] },
      payments: { nodes: [{ reference: 'own rent' }] },
      maintenanceRequests: { nodes: expect.arrayContaining([{ title: 'own drip' }]) },
    });
    const seen = JSON.stringify(await door.assignee.ask(query));
    expect(seen.split(door.canary)).toHaveLength(4);
  });
});
