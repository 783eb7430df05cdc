import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemActor } from '../../src/core/rows/actor.ts';
import { planEntity } from '../../src/modules/plans/plans.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../support/open-database.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;

// The embedded database has one connection, so two of its transactions never overlap.
describeOnPostgres('of two transactions that overlap', () => {
  let database: OpenDatabase;
  let tenantId: string;

  beforeAll(async () => {
    database = await anOpenDatabase();
    const { prisma } = database;
    const { id: organizationId } = await prisma.organization.create({ data: { name: 'A', slug: 'a' } });
    tenantId = (await prisma.tenant.create({ data: { name: 'A', slug: 'a', organizationId } })).id;
    await prisma.feedHead.create({ data: { feed: tenantId } });
  });

  afterAll(() => database.drop());

  /** Creates plans at the same time: each is written before the first of them is committed. Gives the refusals. */
  async function createTogether(...names: string[]): Promise<unknown[]> {
    const waiting: (() => void)[] = [];
    const create = (name: string) =>
      database.transactions.of(ORIGIN)(async (tx) => {
        const data = { tenantId, name, monthlyPriceMinor: 900, currency: 'EUR' };
        const plan = await tx.db.plan.create({ data });
        await new Promise<void>((go) => {
          waiting.push(go);
          if (waiting.length === names.length) for (const one of waiting) one();
        });
        return tx.created(planEntity, plan);
      });
    const outcomes = await Promise.allSettled(names.map(create));
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? outcome.reason.errors : []));
  }

  test('one is refused if their names look alike, and none if they differ', async () => {
    expect(await createTogether('Silver', 'SILVER')).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['input', 'name'] },
    ]);
    expect(await createTogether('Gold', 'Göld')).toEqual([]);
  });
});
