import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { forgetKeptPayments } from '../../../src/modules/tenant-erasures/kept-payments.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';

const DAY_MS = 86_400_000;
let database: OpenDatabase;

beforeAll(async () => {
  database = await anOpenDatabase();
});

afterAll(() => database.drop());

test('74: a kept payment is removed once its time of retention has ended, some in each statement, and no other one', async () => {
  const { prisma } = database;
  const of = { tenantId: crypto.randomUUID(), organizationId: crypto.randomUUID() };
  const names = { tenantName: 'Acme', tenantSlug: 'acme', formerStatus: 'ACTIVE' } as const;
  const erasure = await prisma.tenantErasure.create({ data: { ...of, ...names, erasesAt: new Date() } });
  const ages = [11, 11, 11, 9, 0];
  await prisma.keptPayment.createMany({
    data: ages.map((days) => ({
      id: crypto.randomUUID(),
      erasureId: erasure.id,
      payerId: crypto.randomUUID(),
      amountMinor: 100,
      currency: 'EUR',
      receivedAt: new Date(Date.now() - days * DAY_MS),
    })),
  });

  await forgetKeptPayments(prisma, 10, 2);

  const left = await prisma.keptPayment.findMany({ orderBy: { receivedAt: 'asc' } });
  expect(left.map(({ receivedAt }) => Math.round((Date.now() - receivedAt.getTime()) / DAY_MS))).toEqual([
    9, 0,
  ]);
});
