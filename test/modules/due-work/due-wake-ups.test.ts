import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Prisma, type PrismaClient } from '../../../src/generated/prisma/client.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { watchStatements } from '../../support/watched-statements.ts';
import { DuePlans, endPlan, planEnd } from './due-plans.ts';

/** Longer than any test: the poll of these nodes finds nothing. */
const NEVER = { pollMs: 3_600_000 };
const DAY_MS = 86_400_000;

let due: DuePlans;
let tenantId: string;

beforeAll(async () => {
  due = await DuePlans.open();
  tenantId = await due.aTenant();
});

afterEach(async () => {
  await due.stopNodes();
  await due.database.prisma.dueWork.deleteMany();
});

afterAll(() => due.close());

/** Starts a node without a poll; resolves when its first round has found nothing, and counts its statements from then on. */
async function anIdleNode(): Promise<{ readonly count: number }> {
  let look: () => void = () => {};
  const hasLooked = new Promise<void>((resolve) => {
    look = resolve;
  });
  const prisma = due.database.prisma.$extends({
    query: {
      async $allOperations({ args, query }) {
        const answer = await query(args);
        look();
        return answer;
      },
    },
  });
  const { prisma: watched, seen } = watchStatements(prisma as unknown as PrismaClient); // it has the same operations
  due.startNode(endPlan, { ...NEVER, prisma: watched });
  await hasLooked;
  seen.count = 0;
  return seen;
}

/** Lets pass what a node that was woken would need to ask the database. */
const aMoment = () => due.database.prisma.$queryRaw`SELECT 1`;

test('work begins with the commit that schedules it, without a poll', async () => {
  await anIdleNode();
  const now = await due.plans(tenantId, 3, 0);
  await due.untilScheduled(0);
  expect(await due.endsOf(now)).toEqual([1, 1, 1]);
});

test('work that one statement schedules for many rows begins with its commit', async () => {
  await anIdleNode();
  const plans = await due.plans(tenantId, 3, DAY_MS);
  const ids = plans.map(({ id }) => id);
  const rows = Prisma.sql`SELECT id, tenant_id AS feed FROM plan WHERE id = ANY(${ids}::uuid[])`;
  await due.transact((tx) => tx.scheduleNow(planEnd, rows));
  await due.untilScheduled(0);
  expect(await due.endsOf(plans)).toEqual([1, 1, 1]);
});

test('work that is due soon begins at its time: the node was woken to read it', async () => {
  await anIdleNode();
  const soon = await due.plans(tenantId, 1, 300);
  await due.untilScheduled(0);
  expect(await due.endsOf(soon)).toEqual([1]);
});

describeOnPostgres('a node is left alone', () => {
  test('by a transaction that is rolled back, that schedules for another day, or that schedules nothing', async () => {
    const idle = await anIdleNode();
    const undone = due.transact(async (tx) => {
      await due.plansIn(tx, tenantId, 1, 0);
      throw new RangeError('This plan cannot be.');
    });
    await expect(undone).rejects.toThrow('This plan cannot be.');
    await due.plans(tenantId, 2, DAY_MS);
    await due.transact((tx) => tx.db.plan.count());
    await aMoment();
    expect(idle.count).toBe(0);
    // The same watch sees a node that is woken.
    await due.plans(tenantId, 1, 0);
    await aMoment();
    expect(idle.count).toBeGreaterThan(0);
    await due.untilScheduled(2);
  });

  test('after one more round, however many transactions have woken it during a round', async () => {
    const [begun, released] = [aGate(), aGate()];
    let looks = 0;
    const slow = due.database.prisma.$extends({
      query: {
        async $allOperations({ args, query }) {
          looks += 1;
          const answer = await query(args);
          if (looks === 1) {
            begun.open();
            await released.passed;
          }
          return answer;
        },
      },
    }) as unknown as PrismaClient; // it has the same operations
    // The node has read that nothing is due, and has not yet begun its pause.
    due.startNode(endPlan, { ...NEVER, prisma: slow });
    await begun.passed;
    const plans = [];
    for (let count = 0; count < 5; count += 1) plans.push(...(await due.plans(tenantId, 1, 0)));
    released.open();
    await due.untilScheduled(0);
    expect(await due.endsOf(plans)).toEqual([1, 1, 1, 1, 1]);
    await due.stopNodes();
    // The first look, the round with all of it (look, claim, retries, parked) and the look after it.
    expect(looks).toBeLessThanOrEqual(6);
  });
});

/** Something to wait for. */
function aGate(): { open(): void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}
