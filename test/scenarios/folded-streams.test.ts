import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const CREATE = `mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { customer { id } userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $input: CustomerUpdateInput!) {
  customerUpdate(id: $id, input: $input) { userErrors { message } } }`;
const DELETE = 'mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }';
const LIST =
  'query ($filter: CustomerFilter) { customers(filter: $filter, first: 100) { nodes { id company phone } } }';
const FOLLOW = `subscription ($after: Cursor, $filter: CustomerFilter) {
  customerChanged(after: $after, filter: $filter) {
    __typename
    ... on CustomerCreated { customer { id company phone } }
    ... on CustomerUpdated { customer { id company phone } }
    ... on CustomerDeleted { customerId }
  } }`;

interface Row {
  readonly id: string;
  readonly company: string;
  readonly phone: string | null;
}

interface Event {
  readonly __typename: string;
  readonly customer?: Row;
  readonly customerId?: string;
}

type Rows = ReadonlyMap<string, Row>;

const { ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const company = fc.constantFrom('Alder', 'ALDER', 'Älder', 'Birch', 'Cafe\u0301');
const phone = fc.constantFrom(null, '1', '12', '2');
const values = fc.record({ company, phone });

/** A write; the number chooses one of the customers that exist. */
const write = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('create' as const), values }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('update' as const), at: fc.nat(), values }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), at: fc.nat() }) },
);
type Write = typeof write extends fc.Arbitrary<infer Value> ? Value : never;

const single = fc.oneof(
  fc.record({ company: fc.record({ contains: fc.constantFrom('alder', 'CAF\u00c9', 'i') }) }),
  fc.record({ company: fc.record({ notEquals: company }) }),
  fc.record({ phone: fc.record({ isNull: fc.boolean() }) }),
  fc.record({ phone: fc.record({ startsWith: fc.constantFrom('1', '2') }) }),
  fc.record({ phone: fc.record({ notIn: fc.constant(['1', '2']) }) }),
);
const filter = fc.oneof(
  single,
  fc.record({ not: single }),
  fc.record({ or: fc.tuple(single, single) }),
  fc.record({ and: fc.tuple(single, fc.record({ not: single })) }),
);

async function listOf(person: Person, condition: object): Promise<Rows> {
  const { customers } = await person.ask(LIST, { filter: condition });
  return new Map((customers.nodes as Row[]).map((row) => [row.id, row]));
}

/** Does a write to one of the customers that exist, if there is one. */
async function perform(one: Write, ids: string[]): Promise<void> {
  if (one.kind === 'create') {
    ids.push((await ada.ask(CREATE, { input: one.values })).customerCreate.customer.id);
    return;
  }
  if (ids.length === 0) return;
  const at = one.at % ids.length;
  const [id] = one.kind === 'delete' ? ids.splice(at, 1) : [ids[at]];
  await (one.kind === 'delete' ? ada.ask(DELETE, { id }) : ada.ask(UPDATE, { id, input: one.values }));
}

/** The rows after an event. */
function folded(rows: Rows, { customer, customerId }: Event): Rows {
  const next = new Map(rows);
  if (customer) next.set(customer.id, customer);
  else next.delete(customerId ?? '');
  return next;
}

/** The different lists, one after the other: a change that a list does not show is no event of its stream. */
function distinct(lists: readonly Rows[]): Rows[] {
  const texts = lists.map((rows) => JSON.stringify([...rows].toSorted()));
  return lists.filter((_rows, index) => texts[index] !== texts[index - 1]);
}

test('S: whatever is written and whatever the filter is, a list with the events of its stream folded onto it is the list at every position', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { minLength: 4, maxLength: 10 }),
      fc.array(filter, { minLength: 3, maxLength: 3 }),
      async (writes, filters) => {
        const after = await ada.now((await ada.ask('{ viewer { tenant { id } } }')).viewer.tenant.id);
        const streams = filters.map((condition) => ada.follow(FOLLOW, { after, filter: condition }));
        const lists = await Promise.all(filters.map(async (condition) => [await listOf(ada, condition)]));
        const ids = [...(await listOf(ada, { id: { notIn: [] } })).keys()];
        for (const one of writes) {
          await perform(one, ids);
          for (const [index, condition] of filters.entries())
            lists[index]?.push(await listOf(ada, condition));
        }
        for (const [index, stream] of streams.entries()) {
          const [first = new Map(), ...others] = distinct(lists[index] ?? []);
          let rows: Rows = first;
          for (const list of others) {
            rows = folded(rows, await stream.change());
            expect(rows).toEqual(list);
          }
          await stream.close();
        }
      },
    ),
    { numRuns: 3, endOnFailure: true },
  );
});
