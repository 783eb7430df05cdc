import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Where } from '../../../src/core/rights/where.ts';
import { toPrismaWhere } from '../../../src/db/prisma-where.ts';
import { type Customer, CustomerStatus } from '../../../src/generated/prisma/client.ts';
import { sortKey } from '../../../src/graph/inputs/order-input.ts';
import type { PageArgs } from '../../../src/graph/pages/keyset.ts';
import { encodeKey } from '../../../src/graph/pages/keyset-cursor.ts';
import type { Order } from '../../../src/graph/pages/order.ts';
import { countsOfParents, pagesOfParents } from '../../../src/graph/pages/pages-of-parents.ts';
import { readTablePage } from '../../../src/graph/pages/row-page.ts';
import { customerEntity } from '../../../src/modules/customers/customers.changes.ts';
import { CustomerRows } from '../../support/customer-rows.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

/** Every run draws the same values, so that a failure is reproducible. */
const SEED = 20_261_130;
const RUNS = 50;
const ROWS = 60;
const PLANS = ['Basic', 'Standard', 'Unused'];

// Few values, so that many rows are equal and the id decides their order.
const text = fc.constantFrom('', 'alder', 'Alder', '10%', 'a_b');
const row = fc.record({
  company: text,
  phone: fc.option(text),
  memberCount: fc.integer({ min: -1, max: 1 }),
  status: fc.constantFrom(...Object.values(CustomerStatus)),
  createdAt: fc.nat(2).map((ms) => new Date(Date.UTC(2026, 0, 1) + ms)),
  consentStates: fc.constantFrom<string[][]>([], ['a'], ['a', 'b']),
});

const order: fc.Arbitrary<Order> = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('company', 'phone', 'memberCount', 'status', 'createdAt', 'id'),
      fc.constantFrom('asc' as const, 'desc' as const),
    ),
    { selector: ([column]) => column, minLength: 1, maxLength: 3 },
  )
  .map((keys) =>
    keys.map(([column, direction]) => ({ ...sortKey({ entity: customerEntity }, column), direction })),
  );

const leaf: fc.Arbitrary<Where<Customer>> = fc.oneof(
  fc.constantFrom<Where<Customer>[]>(
    {},
    { OR: [] },
    { phone: null },
    { phone: { not: null } },
    { consentStates: { has: 'a' } },
    { createdAt: { gt: new Date(Date.UTC(2026, 0, 1)) } },
    { memberCount: { gte: 0, lt: 1 } },
  ),
  text.map((equals) => ({ phone: { equals } })),
  text.map((not) => ({ phone: { not } })),
  text.map((contains) => ({ company: { contains } })),
  text.map((startsWith) => ({ phone: { startsWith } })),
  fc.subarray(Object.values(CustomerStatus)).map((statuses) => ({ status: { in: statuses } })),
);
const where: fc.Arbitrary<Where<Customer>> = fc.oneof(
  leaf,
  leaf.map((part) => ({ NOT: part })),
  fc.tuple(leaf, leaf).map((parts) => ({ AND: parts })),
  fc.tuple(leaf, leaf).map(([one, other]) => ({ OR: [one, { NOT: other }] })),
);

const page = fc.record({
  size: fc.nat(8),
  isForward: fc.boolean(),
  after: fc.option(fc.nat(ROWS - 1)),
  before: fc.option(fc.nat(ROWS - 1)),
});

describeOnPostgres('pages of several parents', () => {
  let rows: CustomerRows;
  let made: Customer[] = [];
  let plans: string[] = [];

  beforeAll(async () => {
    rows = await CustomerRows.open();
    const [first] = await rows.fill([{ company: 'of the tenant' }]);
    const data = PLANS.map((name) => ({
      ...{ name, tenantId: first?.tenantId ?? '', monthlyPriceMinor: 1, currency: 'EUR' },
    }));
    plans = (await rows.prisma.plan.createManyAndReturn({ data })).map(({ id }) => id);
    const drawn = fc.sample(row, { seed: SEED, numRuns: ROWS });
    // Two plans have customers, and some customers have no plan.
    made = await rows.fill(
      drawn.map((one, at) => ({ ...one, planId: at % 3 === 2 ? null : (plans[at % 3] ?? null) })),
    );
  });

  afterAll(() => rows.close());

  test('are those that are read one by one, with any filter, order, size and cursors, and so are their counts', async () => {
    await fc.assert(
      fc.asyncProperty(where, order, page, async (filter, by, { size, isForward, after, before }) => {
        const cursor = (at: number | null) => (at === null ? null : encodeKey(made[at] as Customer, by));
        const sizes: PageArgs = isForward ? { first: size } : { last: size };
        const args = { ...sizes, after: cursor(after), before: cursor(before) };
        const wanted = toPrismaWhere(filter);
        const lists = { model: 'Customer', column: 'planId', where: wanted } as const;
        const together = await pagesOfParents<Customer>(rows.prisma, lists, { args, order: by }, plans);
        const counts = await countsOfParents(rows.prisma, lists, plans);
        expect([...together.keys()]).toEqual(plans);
        for (const planId of plans) {
          const ofPlan = { AND: [{ planId }, wanted] };
          const alone = await readTablePage(rows.prisma.customer as never, {
            args,
            order: by,
            where: ofPlan,
          });
          expect(together.get(planId)).toEqual(alone);
          expect(counts.get(planId)).toBe(await rows.prisma.customer.count({ where: ofPlan }));
        }
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});
