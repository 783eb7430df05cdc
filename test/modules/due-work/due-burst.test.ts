import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PrismaClient } from '../../../src/generated/prisma/client.ts';
import { claimFirstTries } from '../../../src/modules/due-work/due-work-claims.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { DuePlans, planEnd } from './due-plans.ts';

/** The rows that are scheduled for later beside those that are due. */
const LATER = 30_000;

describeOnPostgres('many rows', () => {
  let due: DuePlans;

  beforeAll(async () => {
    due = await DuePlans.open();
  });

  afterAll(() => due.close());

  test('that are due in one moment are done once, in short transactions, and keep no other tenant waiting', async () => {
    const [large, small] = [await due.aTenant(), await due.aTenant()];
    const plans = await due.manyPlans(large, 2_000);
    const one = await due.manyPlans(small, 1);
    due.startNode();
    await due.untilScheduled(0);
    expect(new Set(await due.endsOf([...plans, ...one]))).toEqual(new Set([1]));
    const transactions = await due.database.prisma.$queryRaw<{ size: number; isSmall: boolean }[]>`
      SELECT count(*)::int AS size, bool_or(feed = ${small}::uuid) AS "isSmall" FROM change
      WHERE actor_name = 'due work' GROUP BY xmin::text ORDER BY min(id)`;
    expect(Math.max(...transactions.map(({ size }) => size))).toBeLessThanOrEqual(50);
    expect(transactions.findIndex(({ isSmall }) => isSmall)).toBeLessThanOrEqual(1);
    await due.stopNodes();
  });

  /** Explains the statements that a function runs, instead of running them. */
  async function planOf(statements: (prisma: PrismaClient) => Promise<unknown>): Promise<string> {
    const { prisma } = due.database;
    let plan: unknown;
    const explaining = {
      async $queryRaw([first, ...rest]: readonly string[], ...values: unknown[]) {
        const raw = Object.assign([`EXPLAIN ${first}`, ...rest], { raw: [`EXPLAIN ${first}`, ...rest] });
        plan = await prisma.$queryRaw(raw, ...values);
        return [];
      },
    };
    await statements(explaining as unknown as PrismaClient); // the functions use nothing else of the client
    return JSON.stringify(plan);
  }

  test('that are scheduled for later cost a claim nothing: it reads the index of what is ready', async () => {
    // Through the pool of the owner, whose statements have no time limit.
    await due.database.ownerPool.query(
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), due_at, due_at
       FROM (SELECT now() + make_interval(days => n) AS due_at FROM generate_series(1, $2::int) AS n) AS later`,
      [planEnd.kind, LATER],
    );
    await due.database.ownerPool.query('ANALYZE due_work');
    const plan = await planOf((prisma) => claimFirstTries(prisma, [planEnd.kind]));
    expect(plan).toContain('due_work_tries_try_at_idx');
    expect(plan).not.toContain('Seq Scan on due_work');
  });
});
