import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { matches, type Where } from '../../src/core/rights/where.ts';
import { toPrismaWhere } from '../../src/db/prisma-where.ts';
import type { Customer } from '../../src/generated/prisma/client.ts';
import { CustomerRows } from '../support/customer-rows.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

describeOnPostgres('a filter by the start of a text', () => {
  let rows: CustomerRows;

  beforeAll(async () => {
    rows = await CustomerRows.open();
  });

  afterAll(() => rows.close());

  test('reads in a long list only the rows that it finds, from an index', async () => {
    await rows.fillMany(20_000);
    const { tenantId } = await rows.prisma.customer.findFirstOrThrow();
    const where: Where<Customer> = { tenantId, company: { startsWith: 'COMPANY 123' } };
    let found = 0;
    const read = await rows.countRead(async (customers) => {
      found = (await customers.findMany({ where: toPrismaWhere(where) })).length;
    });
    expect(found).toBe(33);
    expect(read).toBeLessThan(50);
  });

  test('compares folds, and takes the wildcards of patterns literally', async () => {
    const all = await rows.fill(
      ['Ärger%1', 'arger_2', ' ÄRGER', 'Barger', 'ar'].map((company) => ({ company })),
    );
    const found = async (startsWith: string) => {
      const where: Where<Customer> = { company: { startsWith } };
      const inTable = await rows.prisma.customer.findMany({ where: toPrismaWhere(where) });
      const names = (chosen: readonly Customer[]) => chosen.map(({ company }) => company).toSorted();
      expect(names(inTable)).toEqual(names(all.filter((row) => matches(where, row))));
      return names(inTable);
    };
    expect(await found('arger')).toEqual([' ÄRGER', 'arger_2', 'Ärger%1']);
    expect(await found('ÄRGER%')).toEqual(['Ärger%1']);
    expect(await found('arger_')).toEqual(['arger_2']);
    expect(await found('')).toHaveLength(5);
  });
});
