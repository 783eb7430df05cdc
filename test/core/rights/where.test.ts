import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, NOTHING, type Where } from '../../../src/core/rights/where.ts';
import { toPrismaWhere } from '../../../src/db/prisma-where.ts';
import { columnsOfImage, toSqlWhere } from '../../../src/db/sql-where.ts';
import { type Customer, CustomerStatus, Prisma } from '../../../src/generated/prisma/client.ts';
import { CustomerRows } from '../../support/customer-rows.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

/** Every run draws the same values, so that a failure is reproducible. */
const SEED = 20_261_120;

// Few characters, so that random texts match: the wildcards of LIKE, letters that fold to one another, some beyond ASCII
// and beyond UTF-16's first plane.
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'A',
    'b',
    '%',
    '_',
    '\\',
    "'",
    ' ',
    'ß',
    'S',
    'Σ',
    'ς',
    'İ',
    'ä',
    '\u0308',
    '\u200b',
    '字',
    '🏠',
  ),
  maxLength: 4,
});
const instant = fc.nat(3).map((ms) => new Date(Date.UTC(2026, 0, 1) + ms));
const count = fc.integer({ min: -2, max: 2 });
const status = fc.constantFrom(...Object.values(CustomerStatus));

const customer = fc.record({
  company: text,
  phone: fc.option(text),
  internalNotes: fc.option(text),
  status,
  memberCount: count,
  createdAt: instant,
});

const equality = <Value>(value: fc.Arbitrary<Value>, isNullable = false) => ({
  equals: isNullable ? fc.option(value) : value,
  not: isNullable ? fc.option(value) : value,
  in: fc.array(value, { maxLength: 3 }),
});

const ordering = <Value>(value: fc.Arbitrary<Value>) => ({ gt: value, gte: value, lt: value, lte: value });

const search = { contains: text, startsWith: text };

const test_ = (operators: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(operators, { requiredKeys: [] });

const tests = {
  company: fc.oneof(text, test_({ ...equality(text), ...search })),
  phone: fc.oneof(fc.option(text), test_({ ...equality(text, true), ...search })),
  internalNotes: fc.oneof(fc.option(text), test_({ ...equality(text, true), ...search })),
  status: fc.oneof(status, test_(equality(status))),
  memberCount: fc.oneof(count, test_({ ...equality(count), ...ordering(count) })),
  createdAt: fc.oneof(instant, test_({ ...equality(instant), ...ordering(instant) })),
};

// One test at a time: random conjunctions of many mostly match nothing, in the database and here.
const oneTest = fc.oneof(
  ...Object.entries(tests).map(([column, one]) =>
    one.map((value) => ({ [column]: value }) as Where<Customer>),
  ),
);

const condition: fc.Arbitrary<Where<Customer>> = fc.letrec<{ any: Where<Customer> }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    oneTest,
    fc.record({ NOT: tie('any') }),
    fc.record({ AND: fc.array(tie('any'), { maxLength: 3 }) }),
    fc.record({ OR: fc.array(tie('any'), { maxLength: 3 }) }),
    fc.tuple(oneTest, tie('any')).map(([one, other]) => ({ ...other, ...one })),
  ),
})).any;

describeOnPostgres(
  'a condition means the same for tables and images in the database and for a row in memory',
  () => {
    let rows: CustomerRows;

    beforeAll(async () => {
      rows = await CustomerRows.open();
    });

    afterAll(() => rows.close());

    async function agrees(all: readonly Customer[], asked: Where<Customer>): Promise<void> {
      const found = await rows.prisma.customer.findMany({
        where: toPrismaWhere(asked),
        select: { id: true },
      });
      const inMemory = all.filter((row) => matches(asked, row)).map(({ id }) => id);
      expect(new Set(inMemory)).toEqual(new Set(found.map(({ id }) => id)));
      // Nothing searches images for texts, which have no folds there.
      if (/"(contains|startsWith)"/.test(JSON.stringify(asked))) return;
      expect(new Set(inMemory)).toEqual(new Set(await foundInImages(all, asked)));
    }

    async function foundInImages(all: readonly Customer[], asked: Where<Customer>): Promise<string[]> {
      const found = await rows.prisma.$queryRaw<{ id: string }[]>`
      SELECT image ->> 'id' AS id FROM jsonb_array_elements(${JSON.stringify(all)}::jsonb) AS image
      WHERE ${toSqlWhere(asked, columnsOfImage(Prisma.sql`image`))}`;
      return found.map(({ id }) => id);
    }

    test('for random conditions on random rows, nulls and wildcards among them', async () => {
      const all = await rows.fill(fc.sample(customer, { seed: SEED, numRuns: 80 }));
      await fc.assert(
        fc.asyncProperty(condition, (asked) => agrees(all, asked)),
        { seed: SEED, numRuns: 1_000, interruptAfterTimeLimit: 25_000 },
      );
    });

    // Prisma ignores an empty OR, so `AND: [{ id }, NOTHING]` would find the row for a viewer that may see no row at
    // all.
    test('a condition that holds for no row finds none, wherever it is nested', async () => {
      const [one] = await rows.fill([{}, {}]);
      const id = one?.id ?? '';
      const chosen: Where<Customer>[] = [
        NOTHING,
        { AND: [{ id }, NOTHING] },
        { AND: [{ AND: [NOTHING] }] },
        { OR: [NOTHING, NOTHING] },
        { NOT: {} },
        { NOT: { AND: [] } },
        { NOT: { company: {} } },
        { NOT: { NOT: NOTHING } },
      ];
      for (const asked of chosen) {
        expect(
          await rows.prisma.customer.findMany({ where: { AND: [{ id }, toPrismaWhere(asked)] } }),
        ).toEqual([]);
      }
    });

    test('a condition that holds for every row finds all, wherever it is nested', async () => {
      const all = await rows.fill([{ phone: null }, { phone: '1' }]);
      const chosen: Where<Customer>[] = [
        {},
        { OR: [{}, { company: 'x' }] },
        { OR: [{ AND: [] }] },
        { NOT: NOTHING },
        { NOT: { phone: { in: [] } } },
      ];
      for (const asked of chosen) await agrees(all, asked);
    });

    test('a value of another type under the same name does not match, and is no error', async () => {
      const images = [
        { id: 'text', memberCount: 'many' },
        { id: 'list', memberCount: [1] },
        { id: 'number', memberCount: 1 },
        { id: 'none' },
      ];
      const found = await foundInImages(images as unknown as Customer[], { memberCount: { gte: 1 } });
      expect(found).toEqual(['number']);
    });

    test('`has` matches the elements of a list, and nothing in any other value', async () => {
      const images = [
        { id: 'one', phone: ['a"b', ', '] },
        { id: 'other', phone: ['a', 'b'] },
        { id: 'empty', phone: [] },
        { id: 'text', phone: 'a' },
        { id: 'object', phone: { a: 1 } },
        { id: 'null', phone: null },
        { id: 'none' },
      ];
      const having = async (text: string) =>
        foundInImages(
          images as unknown as Customer[],
          { phone: { has: text } } as unknown as Where<Customer>,
        );
      expect(await having('a')).toEqual(['other']);
      expect(await having(', ')).toEqual(['one']);
      expect(await having('a"b')).toEqual(['one']);
      const lists = images.slice(0, 2) as unknown as { id: string; phone: string[] }[];
      expect(lists.filter((row) => matches({ phone: { has: 'a' } }, row)).map(({ id }) => id)).toEqual([
        'other',
      ]);
    });

    // Prisma applies `mode` to every comparison in the same object, which would turn `equals` into a LIKE with
    // wildcards.
    test('equality stays exact next to a search that is not', async () => {
      const all = await rows.fill([{ company: 'Alder' }, { company: 'ALDER' }, { company: 'A%' }]);
      await agrees(all, { company: { equals: 'A%', contains: 'a' } });
      await agrees(all, { company: { in: ['alder'], contains: 'a' } });
      await agrees(all, { company: { equals: 'A%', startsWith: 'a%' } });
    });
  },
);
