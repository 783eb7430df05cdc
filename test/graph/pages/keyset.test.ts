import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RequestError } from '../../../src/core/requests/errors.ts';
import { type Customer, CustomerStatus } from '../../../src/generated/prisma/client.ts';
import { sortKey } from '../../../src/graph/inputs/order-input.ts';
import { type Page, type PageArgs, planPage } from '../../../src/graph/pages/keyset.ts';
import { encodeKey, sortedColumn } from '../../../src/graph/pages/keyset-cursor.ts';
import type { Direction, Order, OrderKey, SortKey } from '../../../src/graph/pages/order.ts';
import { readTablePage } from '../../../src/graph/pages/row-page.ts';
import { customerEntity } from '../../../src/modules/customers/customers.changes.ts';
import { CustomerRows } from '../../support/customer-rows.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

/** Every run draws the same values, so that a failure is reproducible. */
const SEED = 20_261_120;

// Few values, so that many rows are equal and the id decides their order.
const row = fc.record({
  company: fc.constantFrom('', 'alder', 'Alder', 'Älder', 'alder ', 'birch', '字', '🏠'),
  createdAt: fc.nat(2).map((ms) => new Date(Date.UTC(2026, 0, 1) + ms)),
  memberCount: fc.integer({ min: -1, max: 1 }),
  phone: fc.constantFrom(null, null, '', '1', '2'),
  status: fc.constantFrom(...Object.values(CustomerStatus)),
});

const keyBy = (column: string, direction: Direction) => ({
  ...sortKey({ entity: customerEntity }, column),
  direction,
});

const order: fc.Arbitrary<Order> = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom(
        'company',
        'createdAt',
        'contactName',
        'id',
        'phone',
        'status',
        'memberCount',
        'planId',
      ),
      fc.constantFrom('asc' as const, 'desc' as const),
    ),
    { selector: ([column]) => column, minLength: 1, maxLength: 4 },
  )
  .map((keys) => keys.map(([column, direction]) => keyBy(column, direction)));

const walk = fc.record({ order, size: fc.integer({ min: 1, max: 7 }), isForward: fc.boolean() });

const forward = (first: number) => ({
  args: (after?: string): PageArgs => ({ first, after }),
  join: (seen: string[], page: string[]) => [...seen, ...page],
  edge: (page: Page<Customer>) => page.rows.at(-1),
  hasMore: (page: Page<Customer>) => page.hasNextPage,
});

const backward = (last: number) => ({
  args: (before?: string): PageArgs => ({ last, before }),
  join: (seen: string[], page: string[]) => [...page, ...seen],
  edge: (page: Page<Customer>) => page.rows[0],
  hasMore: (page: Page<Customer>) => page.hasPreviousPage,
});

describeOnPostgres('paging', () => {
  let rows: CustomerRows;

  beforeAll(async () => {
    rows = await CustomerRows.open();
  });

  afterAll(() => rows.close());

  async function readPage(args: PageArgs, by: Order): Promise<Page<Customer>> {
    return readTablePage(rows.prisma.customer as never, { args, order: by, where: {} });
  }

  /** The ids of a list, page by page, each page after the edge of the previous one. */
  async function pagesOf(
    by: Order,
    size: number,
    isForward: boolean,
    meanwhile: (edge: Customer) => Promise<unknown> = async () => {},
  ): Promise<string[]> {
    const step = isForward ? forward(size) : backward(size);
    let seen: string[] = [];
    let edge: string | undefined;
    for (;;) {
      const page = await readPage(step.args(edge), by);
      seen = step.join(
        seen,
        page.rows.map(({ id }) => id),
      );
      const last = step.edge(page);
      if (!last || !step.hasMore(page)) return seen;
      edge = encodeKey(last, by);
      await meanwhile(last);
    }
  }

  async function wholeList(by: Order): Promise<string[]> {
    const orderBy = by.map((key) => ({ [sortedColumn(key)]: key.direction }));
    if (!by.some(({ column }) => column === 'id')) orderBy.push({ id: by.at(-1)?.direction ?? 'asc' });
    return (await rows.prisma.customer.findMany({ orderBy })).map(({ id }) => id);
  }

  test('forward and backward, in any order, shows the whole list once', async () => {
    await rows.fill(fc.sample(row, { seed: SEED, numRuns: 40 }));
    await fc.assert(
      fc.asyncProperty(walk, async ({ order: by, size, isForward }) => {
        expect(await pagesOf(by, size, isForward)).toEqual(await wholeList(by));
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test('continues at the same place when the row at the edge has been deleted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 15 }),
        walk,
        async (list, { order: by, size, isForward }) => {
          await rows.fill(list);
          const whole = await wholeList(by);
          const leave = ({ id }: Customer) => rows.prisma.customer.delete({ where: { id } });
          expect(await pagesOf(by, size, isForward, leave)).toEqual(whole);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  // A page by status and company is read in the index by company: five statuses are in turn there.
  const INDEXED: [keys: string, by: Order, mostRows: number][] = [
    ['company', [keyBy('company', 'asc')], 25],
    ['company, backward', [keyBy('company', 'desc')], 25],
    ['time, the latest first', [keyBy('createdAt', 'desc')], 25],
    ['status', [keyBy('status', 'asc')], 25],
    ['status, backward', [keyBy('status', 'desc')], 25],
    ['company and time', [keyBy('company', 'asc'), keyBy('createdAt', 'desc')], 25],
    [
      'time, number and person',
      [keyBy('createdAt', 'desc'), keyBy('memberCount', 'asc'), keyBy('contactName', 'asc')],
      25,
    ],
    ['status and company', [keyBy('status', 'asc'), keyBy('company', 'asc')], 100],
  ];

  test.each(INDEXED)(
    'in the middle of a long list by %s reads little more than the rows of the page',
    async (_keys, by, mostRows) => {
      await rows.fillMany(20_000);
      const orderBy = [
        ...by.map((key) => ({ [sortedColumn(key)]: key.direction })),
        { id: by.at(-1)?.direction ?? 'asc' },
      ];
      const middle = await rows.prisma.customer.findFirstOrThrow({ orderBy, skip: 10_000 });
      const args = { first: 10, after: encodeKey(middle, by) };
      const where = { tenantId: middle.tenantId };
      const read = await rows.countRead((customers) =>
        readTablePage(customers as never, { args, order: by, where }),
      );
      expect(read).toBeGreaterThan(10);
      expect(read).toBeLessThan(mostRows);
    },
  );

  test('between two edges shows exactly the rows between them, from either end', async () => {
    const made = await rows.fill(fc.sample(row, { seed: SEED, numRuns: 30 }));
    const byId = new Map(made.map((one) => [one.id, one]));
    await fc.assert(
      fc.asyncProperty(order, fc.nat(29), fc.nat(29), fc.boolean(), async (by, one, other, isForward) => {
        const whole = await wholeList(by);
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const edge = (index: number) => encodeKey(byId.get(whole[index] ?? '') as Customer, by);
        const size = isForward ? { first: 100 } : { last: 100 };
        const { rows: shown } = await readPage({ ...size, after: edge(from), before: edge(to) }, by);
        expect(shown.map(({ id }) => id)).toEqual(whole.slice(from + 1, to));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

test('a cursor of another order, and any other text, is refused with the name of its argument', () => {
  const id = crypto.randomUUID();
  const key: OrderKey = { rows: 'Customer', column: 'createdAt', kind: 'time', direction: 'asc' };
  const edge = { id, company: 'Alder', createdAt: new Date() };
  const ofAnother = (differences: Partial<OrderKey>) => encodeKey(edge, [{ ...key, ...differences }]);
  const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const texts = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.jsonValue().map(made),
    fc.constantFrom(
      ofAnother({ column: 'company' }),
      ofAnother({ direction: 'desc' }),
      ofAnother({ rows: 'Payment' }),
      made(['createdAt', edge.createdAt, id]),
      made(['Customer.createdAt asc', 'never', id]),
      made(['Customer.createdAt asc', {}, id]),
      made(['Customer.createdAt asc', 1, 'x']),
      made(['Customer.createdAt asc', null, id]),
      made(['Customer.createdAt asc', edge.createdAt, 'Customer.status asc', 'TRIAL', id]),
      made(['Customer.createdAt asc', edge.createdAt]),
    ),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom('after' as const, 'before' as const), (text, argument) => {
      try {
        planPage({ [argument]: text }, [key]);
        return false;
      } catch (error) {
        return (
          error instanceof RequestError && error.code === 'BAD_USER_INPUT' && error.message.includes(argument)
        );
      }
    }),
    { seed: SEED },
  );
});

const IMPOSSIBLE: [kind: SortKey['kind'], value: unknown][] = [
  ['enum', 'GONE'],
  ['integer', 2 ** 31],
  ['integer', 1.5],
  ['integer', '1'],
  ['minorUnits', 2 ** 53],
  ['boolean', 'true'],
  ['time', '10000-01-01T00:00:00Z'],
  ['text', 'a\0b'],
  ['text', null],
  ['id', 'none'],
];

test.each(IMPOSSIBLE)(
  'a cursor with a value that a column of the kind %s cannot have is refused: %p',
  (kind, value) => {
    const key = {
      rows: 'Customer',
      column: 'status',
      kind,
      values: Object.values(CustomerStatus),
      direction: 'asc',
    } as const;
    const after = encodeKey({ id: crypto.randomUUID(), status: value } as never, [key]);
    expect(() => planPage({ after }, [key])).toThrow('is not a cursor of this list in this order.');
  },
);
