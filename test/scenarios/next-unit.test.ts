import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schema } from '../../src/schema.ts';
import { Dice } from '../support/dice.ts';
import { Installation, signIn, TEST_PASSWORD } from '../support/installation.ts';
import { type NextDoor, nextDoor, RESIDENTS } from '../support/next-door.ts';
import { Person, type Variables } from '../support/person.ts';
import { randomQuestion } from '../support/random-question.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { documentOf, rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import { differencesOf, leaksIn, plainAttemptsOn, variablesOf } from '../support/wall-checker.ts';

// A resident must not learn anything of the next unit: its residents, their payments and their requests. The walk tries
// every root field, also those of rooms that are added later.

const SEED = 20_261_120;
const QUESTIONS = Number(process.env.NEXT_UNIT_QUESTIONS ?? 250);
const DEPTH = 4;

const roots = rootFields(schema)
  .filter(({ operation }) => operation !== 'subscription')
  .map((root) => ({ root, document: documentOf(schema, root, DEPTH) }));
const questions = roots.filter(({ root }) => root.operation === 'query');

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

  /** Asks about the neighbour and about ids of no row, and lists what the answers reveal. */
  async function faultsOf(
    { root, document }: (typeof roots)[number],
    aboutThem: Variables,
    aboutNobody: Variables | null,
  ): Promise<string[]> {
    const ask = async (variables: Variables) => JSON.stringify(await resident.run(document, variables));
    const [theirs, nobodys] = await Promise.all([ask(aboutThem), aboutNobody && ask(aboutNobody)]);
    const question = JSON.stringify(aboutThem);
    const found = [
      ...leaksIn(theirs, question, { ...door, ids: door.theirs }),
      ...(nobodys === null ? [] : differencesOf([theirs, door.theirs], [nobodys, door.nobodys])),
    ];
    return found.map((fault) => `${root.field.name}(${question}) ${fault}`);
  }

  test('learns nothing of the next unit by any query or mutation, and cannot tell its ids from made-up ones', async () => {
    const faults: string[] = [];
    for (const request of roots) {
      for (const attempt of plainAttemptsOn(request.root)) {
        const about = (ids: NextDoor['own']) => variablesOf(request.root, attempt, ids, door.own);
        const isForeign = attempt.foreign.size > 0;
        faults.push(...(await faultsOf(request, about(door.theirs), isForeign ? about(door.nobodys) : null)));
        if (request.root.operation === 'mutation' && !isForeign) await enterAgainIfSignedOut();
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
    const walk = async (seed: number) => {
      const dice = new Dice(seed);
      const request = dice.pick(questions);
      const ask = randomQuestion(request.root, dice);
      const [theirs, nobodys] = [
        ask({ ids: door.theirs, text: door.canary }),
        ask({ ids: door.nobodys, text }),
      ];
      expect(await faultsOf(request, theirs, nobodys)).toEqual([]);
    };
    await fc.assert(fc.asyncProperty(fc.noShrink(fc.integer()), walk), {
      seed: SEED,
      numRuns: QUESTIONS,
      endOnFailure: true,
    });
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
