import { expect, test } from '@jest/globals';
import { Dice } from '../support/dice.ts';
import { aPayment, someHomes } from '../support/homes.ts';
import { codes } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const WRITES = 60;
const AT_ONCE = 4;
const SEED = 20_261_120;

const { installation, acme, admin } = await aStage({ acme: { admin: 'TENANT_ADMIN' } });
const alder = await someHomes(installation, acme, 'Alder');
const birch = await someHomes(installation, acme, 'Birch');

/** The lists of homes, and the fields that a client reads of their rows and changes. */
const LISTS = [
  { list: 'units', type: 'Unit', noun: 'unit', fields: 'id version label residentId place { address }' },
  {
    list: 'payments',
    type: 'Payment',
    noun: 'payment',
    fields: 'id version status unitId residentId amount { amountMinor } method receivedAt refundReason',
  },
] as const;

interface Told {
  readonly row?: { readonly id: string };
  readonly gone?: string;
}

type Rows = Map<string, { readonly id: string }>;

/** The rows of a list that a viewer sees, and the position of the feed. */
async function snapshot(who: Person, { list, fields }: (typeof LISTS)[number]) {
  const data = await who.ask(`query { list: ${list}(first: 100) { feedCursor nodes { ${fields} } } }`);
  const rows: Rows = new Map(data.list.nodes.map((row: { id: string }) => [row.id, row]));
  return { rows, cursor: data.list.feedCursor as string };
}

/** Folds the changes after `after` onto `rows`, as a client does, until the stream has caught up. */
async function fold(who: Person, one: (typeof LISTS)[number], rows: Rows, after: string): Promise<void> {
  const { noun, type, fields } = one;
  const stream = who.follow(
    `subscription ($after: Cursor) { ${noun}Changed(after: $after) { __typename
       ... on ${type}Created { row: ${noun} { ${fields} } } ... on ${type}Updated { row: ${noun} { ${fields} } }
       ... on ${type}Deleted { gone: ${noun}Id } } }`,
    { after },
  );
  const changes: Told[] = await stream.changesUntilCaughtUp();
  for (const { row, gone } of changes) {
    if (row) rows.set(row.id, row);
    if (gone) rows.delete(gone);
  }
}

/** Changes a unit, its resident or a payment at random. Refusals are accepted. */
async function anyWrite(dice: Dice, payments: string[]): Promise<void> {
  const { units } = dice.pick([alder, birch]);
  const { id: unitId } = dice.pick(units);
  const paymentId = payments.length > 0 ? dice.pick(payments) : unitId;
  const residentId = dice.pick([...units.map(({ resident }) => resident.userId), null]);
  const write = dice.pick([
    async () => {
      payments.push(await aPayment(admin, { unitId, status: dice.pick(['PENDING', 'RECEIVED', 'FAILED']) }));
    },
    () => codes(admin, 'unitResidentSet', { id: unitId, residentId }),
    () => codes(admin, 'unitUpdate', { id: unitId, input: { label: `Home ${dice.below(1_000)}` } }),
    () => codes(admin, 'paymentReceive', { id: paymentId, input: { method: 'CARD' } }),
    () => codes(admin, 'paymentRefund', { id: paymentId, input: { reason: 'paid twice' } }),
    () => codes(admin, 'paymentDelete', { id: paymentId }),
  ]);
  await write();
}

test('S X: lists of homes with their streams folded onto them equal the lists of the server while residents move in and out', async () => {
  const dice = new Dice(SEED);
  const payments: string[] = [];
  for (const { units } of [alder, birch]) {
    for (const { id } of units) payments.push(await aPayment(admin, { unitId: id, status: 'PENDING' }));
  }
  const readers = [alder, birch].flatMap(({ owner, units }) => [
    owner,
    ...units.map(({ resident }) => resident),
  ]);
  const views = await Promise.all(
    [admin, ...readers].flatMap((who) =>
      LISTS.map(async (one) => ({ who, one, ...(await snapshot(who, one)) })),
    ),
  );
  const first = views.map(({ rows }) => [...rows.values()]);

  for (let round = 0; round < WRITES / AT_ONCE; round += 1) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => anyWrite(dice, payments)));
  }

  for (const { who, one, rows, cursor } of views) {
    await fold(who, one, rows, cursor);
    const fresh = await snapshot(who, one);
    expect(byId(rows)).toEqual(byId(fresh.rows));
  }
  const moved = views.filter(
    ({ rows }, index) => JSON.stringify([...rows.values()]) !== JSON.stringify(first[index]),
  );
  expect(moved.length).toBeGreaterThan(readers.length);
});

function byId(rows: Rows): unknown[] {
  return [...rows.values()].toSorted((one, other) => one.id.localeCompare(other.id));
}
