import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schema } from '../../src/schema.ts';
import { Dice } from '../support/dice.ts';
import { EveryStream } from '../support/every-stream.ts';
import { aPayment } from '../support/homes.ts';
import { Installation } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { aRequest, type NextDoor, nextDoor } from '../support/next-door.ts';
import { NextDoorActs } from '../support/next-door-acts.ts';
import { POSITION, randomDocument } from '../support/random-document.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { sameButForIds } from '../support/same-but-for-ids.ts';
import { documentOf, rootFields } from '../support/schema-walk.ts';
import { WIDE } from '../support/two-tenants.ts';
import { attemptsOn, leaksIn, variablesOf } from '../support/wall-checker.ts';

const SEED = 20_261_120;
const RUNS = Number(process.env.NEXT_UNIT_RUNS ?? 3);
const ACTS = 25;

const queries = rootFields(schema).filter(({ operation }) => operation === 'query');
const streams = rootFields(schema).filter(({ operation }) => operation === 'subscription');

// The same tenant twice. In one world everything happens next door, in the other one nothing: whatever a resident is
// answered or told must be the same in both.
describeOnPostgres('X: a resident cannot tell whether anything happens next door', () => {
  let installation: Installation;
  let busy: NextDoor;
  let quiet: NextDoor;

  beforeAll(async () => {
    installation = await Installation.start(WIDE);
    busy = await nextDoor(installation);
    quiet = await nextDoor(installation);
  });

  afterAll(() => installation.stop());

  const inBoth = <Value>(run: (door: NextDoor) => Promise<Value>) => Promise.all([run(busy), run(quiet)]);

  async function actNextDoor(dice: Dice): Promise<void> {
    const acts = new NextDoorActs(busy, installation.root, dice);
    for (let count = 0; count < ACTS; count += 1) await acts.act();
    expect(acts.done).toBeGreaterThan(ACTS / 3);
  }

  test('by any query, filter, order, page or count', async () => {
    await actNextDoor(new Dice(SEED));
    let asked = 0;
    for (const root of queries) {
      const document = documentOf(schema, root, 4);
      for (const attempt of attemptsOn(root)) {
        const [there, here] = await inBoth(async ({ home, own, theirs }) => {
          const ask = (ids: typeof own) => home.resident.run(document, variablesOf(root, attempt, ids, own));
          return sameButForIds(JSON.stringify([await ask(own), await ask(theirs)]));
        });
        expect([root.field.name, attempt.chosen, there]).toEqual([root.field.name, attempt.chosen, here]);
        asked += 1;
      }
    }
    expect(asked).toBeGreaterThan(100);
  }, 120_000);

  /** What happens to the resident itself: the same in both worlds. */
  async function liveOn({ home, own, customerId, assignee }: NextDoor, step: number): Promise<void> {
    const { root } = installation;
    const id = await aRequest(home, `own report ${step}`);
    await mutate(root, 'maintenanceRequestAssign', { id, assigneeId: assignee.userId });
    await mutate(root, 'paymentReceive', {
      id: await aPayment(root, { unitId: home.id, status: 'PENDING' }),
    });
    await mutate(root, 'unitUpdate', { id: own.unit, input: { label: `Own ${step}` } });
    await mutate(root, 'customerUpdate', { id: customerId, input: { company: `Elm ${step}` } });
  }

  /** Everything that can be followed, whole and as some front end might ask for it. */
  function openAll({ home, own }: NextDoor, dice: Dice, after: string): EveryStream {
    const listener = new EveryStream(installation.app.url, home.resident.token);
    for (const root of streams) {
      const tenant = root.field.args.some(({ name }) => name === 'tenantId') ? { tenantId: own.tenant } : {};
      listener.follow(root.field.name, documentOf(schema, root, 3), { ...tenant, after });
      const random = randomDocument(schema, root.field, dice, new Set(['feedCursor']));
      listener.follow(`${root.field.name}, at random`, random.text(null, false), { ...tenant, after });
    }
    return listener;
  }

  const told = (listener: EveryStream) =>
    Object.fromEntries(
      [...listener.received].map(([title, results]) => [
        title,
        results.filter((one) => !one.includes(POSITION) && !one.includes('"__typename":"FeedPosition"')),
      ]),
    );

  test('by any stream, whatever happens next door in between', async () => {
    let heard = 0;
    const walk = async (seed: number) => {
      const afters = await inBoth(({ tenantId }) => installation.root.now(tenantId));
      const listeners = [busy, quiet].map((door, at) => openAll(door, new Dice(seed), String(afters[at])));
      const acts = new NextDoorActs(busy, installation.root, new Dice(seed));
      try {
        for (let step = 0; step < 3; step += 1) {
          for (let count = 0; count < ACTS / 3; count += 1) await acts.act();
          await inBoth((door) => liveOn(door, step));
        }
        const marker = `marker ${seed}`;
        await inBoth(({ tenantId: id }) =>
          mutate(installation.root, 'tenantUpdate', { id, input: { name: marker } }),
        );
        await Promise.all(listeners.map((one, at) => one.until(marker, String(afters[at]))));
        const [there, here] = listeners.map(told) as [Record<string, string[]>, Record<string, string[]>];
        const leaked = Object.entries(there).flatMap(([title, results]) =>
          leaksIn(results.join('\n'), '', { ...busy, ids: busy.theirs }).map((fault) => `${title} ${fault}`),
        );
        expect(leaked).toEqual([]);
        for (const [title, results] of Object.entries(there)) {
          expect([title, results.map(sameButForIds)]).toEqual([title, here[title]?.map(sameButForIds)]);
        }
        expect(acts.done).toBeGreaterThan(ACTS / 4);
        heard += Object.values(there).flat().length;
      } finally {
        await Promise.all(listeners.map((one) => one.close()));
      }
    };
    await fc.assert(fc.asyncProperty(fc.noShrink(fc.integer()), walk), {
      seed: SEED,
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect(heard).toBeGreaterThan(RUNS * 30);
  }, 180_000);
});
