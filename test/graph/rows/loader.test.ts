import { expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { Context } from '../../../src/core/context.ts';
import type { PrismaClient } from '../../../src/generated/prisma/client.ts';
import { rowLoader } from '../../../src/graph/rows/loader.ts';
import { plans } from '../../../src/modules/plans/plans.access.ts';
import { anOpenDatabase } from '../../support/open-database.ts';
import { aViewer } from '../../support/unit-group.ts';

const [ACME, GLOBEX] = [uuidv7(), uuidv7()];

async function aPlan({ prisma }: { prisma: PrismaClient }, tenantId: string): Promise<string> {
  const slug = `slug-${tenantId}`;
  const organization = await prisma.organization.create({ data: { name: slug, slug } });
  await prisma.tenant.create({ data: { id: tenantId, organizationId: organization.id, name: slug, slug } });
  const plan = { tenantId, name: `Plan of ${tenantId}`, monthlyPriceMinor: 100, currency: 'EUR' };
  return (await prisma.plan.create({ data: plan })).id;
}

test('rows that several viewers load at the same moment are read in one query, and each viewer gets only visible rows', async () => {
  const database = await anOpenDatabase();
  try {
    const [acmePlan, globexPlan] = [await aPlan(database, ACME), await aPlan(database, GLOBEX)];
    const queries: string[][] = [];
    const load = rowLoader({
      find: ({ plan }, ids) => {
        queries.push(ids);
        return plan.findMany({ where: { id: { in: ids } } });
      },
      visibleTo: plans.visibleTo,
    });
    const permissions = new Set(['plans:read'] as const);
    const viewers = [
      aViewer(),
      aViewer({ permissions, reach: [ACME] }),
      aViewer({ permissions, reach: [GLOBEX] }),
      aViewer({ permissions, reach: 'EVERY_TENANT' }),
    ];
    const seen = await Promise.all(
      viewers.flatMap((viewer) =>
        [acmePlan, globexPlan, uuidv7()].map((id) =>
          load({ viewer, db: database.prisma } as Context, id).then((row) => row?.tenantId ?? null),
        ),
      ),
    );
    expect(seen).toEqual([
      ...[null, null, null],
      ...[ACME, null, null],
      ...[null, GLOBEX, null],
      ...[ACME, GLOBEX, null],
    ]);
    expect(queries).toHaveLength(1);
  } finally {
    await database.drop();
  }
});

test('a row that is loaded later is read again', async () => {
  const database = await anOpenDatabase();
  try {
    const id = await aPlan(database, uuidv7());
    const load = rowLoader({
      find: ({ plan }, ids) => plan.findMany({ where: { id: { in: ids } } }),
      visibleTo: () => ({}),
    });
    const ctx = { viewer: aViewer(), db: database.prisma } as Context;
    await load(ctx, id);
    await database.prisma.plan.update({ where: { id }, data: { name: 'Renamed' } });
    expect(await load(ctx, id)).toMatchObject({ name: 'Renamed' });
  } finally {
    await database.drop();
  }
});
