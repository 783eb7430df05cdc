import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RequestError } from '../../src/core/errors.ts';
import { type Customer, CustomerStatus } from '../../src/generated/prisma/client.ts';
import {
  encodeKey,
  keysetQuery,
  type Order,
  type Page,
  type PageArgs,
  type SortKey,
  toPage,
} from '../../src/graph/keyset.ts';
import { CustomerRows } from '../support/customer-rows.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

/** Every run draws the same, so that it fails for whoever broke it. */
const SEED = 20_261_120;

// Few values, so that many rows are equals whose order the id decides.
const row = fc.record({
  company: fc.constantFrom('', 'alder', 'Alder', 'Älder', 'alder ', 'birch', '字', '🏠'),
  createdAt: fc.nat(2).map((ms) => new Date(Date.UTC(2026, 0, 1) + ms)),
  memberCount: fc.integer({ min: -1, max: 1 }),
  phone: fc.constantFrom(null, null, '', '1', '2'),
  status: fc.constantFrom(...Object.values(CustomerStatus)),
});

const order: fc.Arbitrary<Order> = fc
  .record({
    key: fc.constantFrom<SortKey>(
      { column: 'company' },
      { column: 'createdAt' },
      { column: 'owner' },
      { column: 'id' },
      { column: 'phone', isNullable: true },
      { column: 'status', values: Object.values(CustomerStatus) },
    ),
    direction: fc.constantFrom('asc' as const, 'desc' as const),
  })
  .map(({ key, direction }) => ({ ...key, direction }));

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
    return toPage(args, await rows.prisma.customer.findMany(keysetQuery(args, by) as never));
  }

  /** The ids of a list as its pages show them, each page asked for from the edge of the one before it. */
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
      edge = encodeKey(last, by.column);
      await meanwhile(last);
    }
  }

  async function wholeList({ column, direction }: Order): Promise<string[]> {
    const orderBy = [{ [column]: direction }, ...(column === 'id' ? [] : [{ id: direction }])];
    return (await rows.prisma.customer.findMany({ orderBy })).map(({ id }) => id);
  }

  test('forward and backward, in any order, shows the whole list once', async () => {
    await rows.fill(fc.sample(row, { seed: SEED, numRuns: 40 }));
    await fc.assert(
      fc.asyncProperty(walk, async ({ order: by, size, isForward }) => {
        expect(await pagesOf(by, size, isForward)).toEqual(await wholeList(by));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test('goes on at the same place when the row at the edge is deleted meanwhile', async () => {
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

  test('between two edges shows exactly what stands between them, from either end', async () => {
    const made = await rows.fill(fc.sample(row, { seed: SEED, numRuns: 30 }));
    const byId = new Map(made.map((one) => [one.id, one]));
    await fc.assert(
      fc.asyncProperty(order, fc.nat(29), fc.nat(29), fc.boolean(), async (by, one, other, isForward) => {
        const whole = await wholeList(by);
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const edge = (index: number) => encodeKey(byId.get(whole[index] ?? '') as Customer, by.column);
        const size = isForward ? { first: 100 } : { last: 100 };
        const { rows: shown } = await readPage({ ...size, after: edge(from), before: edge(to) }, by);
        expect(shown.map(({ id }) => id)).toEqual(whole.slice(from + 1, to));
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

test('a cursor of another order, and any other text, is refused as the argument it came in', () => {
  const id = crypto.randomUUID();
  const ofCompany = encodeKey({ id, company: 'Alder' } as never, 'company');
  const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const texts = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.jsonValue().map(made),
    fc.constantFrom(
      ofCompany,
      made(['createdAt', 'never', id]),
      made(['createdAt', {}, id]),
      made(['createdAt', 1, 'x']),
      made(['createdAt', null, id]),
    ),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom('after' as const, 'before' as const), (text, argument) => {
      try {
        keysetQuery({ [argument]: text }, { column: 'createdAt', direction: 'asc' });
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

test('a cursor with a value that the enum does not have is refused', () => {
  const after = encodeKey({ id: crypto.randomUUID(), status: 'GONE' } as never, 'status');
  const values = Object.values(CustomerStatus);
  expect(() => keysetQuery({ after }, { column: 'status', values, direction: 'asc' })).toThrow(
    'is not a cursor of this list in this order.',
  );
});
