import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { DueAction } from '../../../src/core/rows/due-action.ts';
import type { Plan } from '../../../src/generated/prisma/client.ts';
import { type Claim, claimFirstTries, claimRetry } from '../../../src/modules/due-work/due-work-claims.ts';
import { tryTogether } from '../../../src/modules/due-work/due-work-try.ts';
import { planEntity } from '../../../src/modules/plans/plans.changes.ts';
import { anEmbeddedDatabase } from '../../support/open-database.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { DuePlans, endPlan, failingAt, planEnd } from './due-plans.ts';

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

/** Tries work that a node has claimed. */
async function tryNow(claims: readonly Claim[], action = endPlan): Promise<Claim[]> {
  const { value } = await due.transact((tx) => tryTogether(tx, action as unknown as DueAction, claims));
  return value;
}

const DAY_MS = 86_400_000;

const once = (count: number) => Array.from({ length: count }, () => 1);

test('two nodes do what is due once, and nothing before its time', async () => {
  const plans = await due.plans(tenantId, 120, -1_000);
  const later = await due.plans(tenantId, 1, 60_000);
  due.startNode();
  due.startNode();
  await due.untilScheduled(1);
  expect(await due.endsOf(plans)).toEqual(once(120));
  expect(await due.endsOf(later)).toEqual([0]);
});

test('what fell due days ago, while no node ran, is done once, the oldest first', async () => {
  const [late, latest] = [
    await due.plans(tenantId, 3, -3 * DAY_MS),
    await due.plans(tenantId, 3, -30 * DAY_MS),
  ];
  due.startNode();
  await due.untilScheduled(0);
  expect(await due.endsOf([...latest, ...late])).toEqual(once(6));
  const changes = await due.database.prisma.change.findMany({
    where: { entityId: { in: [...latest, ...late].map(({ id }) => id) } },
    orderBy: { seq: 'asc' },
  });
  expect(changes.slice(0, 3).map(({ entityId }) => entityId)).toEqual(
    expect.arrayContaining(latest.map(({ id }) => id)),
  );
});

test('work that fails is parked after three tries with the class of its error, and stops no other', async () => {
  const plans = await due.plans(tenantId, 30, -1_000);
  const [bad, ...good] = plans.toSorted((a, b) => a.name.localeCompare(b.name));
  due.startNode(failingAt(`${bad?.name}`));
  await due.untilFailed(1);
  await due.untilScheduled(1);
  expect(await due.endsOf(good)).toEqual(once(29));
  const tried = await due.database.prisma.dueWork.findFirstOrThrow();
  expect(tried).toMatchObject({ subjectId: bad?.id, tries: 2, lastError: 'RangeError', parkedAt: null });
  await due.pass(15);
  await due.untilParked(1);
  expect(await due.endsOf(plans)).toEqual(plans.map(({ id }) => (id === bad?.id ? 0 : 1)));
});

test('work that was scheduled again after a node had taken it waits for the new time', async () => {
  const plan = await due.aPlan(tenantId, -1_000);
  const claims = await claimFirstTries(due.database.prisma, [planEnd.kind]);
  await due.transact(async (tx) => {
    await tx.lock(planEntity, plan.id);
    await tx.update(planEntity, plan, { maxMembers: 5 });
    await tx.schedule(planEnd, plan, new Date((await tx.now()).getTime() + 60_000));
  });
  expect(await tryNow(claims)).toEqual([]);
  expect(await due.database.prisma.dueWork.findMany()).toMatchObject([{ subjectId: plan.id, tries: 0 }]);
  expect(await due.plan(plan)).toMatchObject({ maxMembers: 5, version: 2 });
});

test('a row has one time: a new one replaces it, and it can be taken back', async () => {
  const [first, second] = [await due.aPlan(tenantId, 60_000), await due.aPlan(tenantId, 60_000)];
  await due.transact(async (tx) => {
    for (const plan of [first, second]) await tx.lock(planEntity, plan.id);
    await tx.schedule(planEnd, first, new Date((await tx.now()).getTime() - 1));
    await tx.unschedule(planEnd, second);
  });
  due.startNode();
  await due.untilScheduled(0);
  expect(await due.endsOf([first, second])).toEqual([1, 0]);
});

test('work may schedule its row again', async () => {
  const plans = await due.plans(tenantId, 1, -1_000);
  due.startNode({
    ...endPlan,
    async act(tx, plan) {
      await endPlan.act(tx, plan);
      await tx.schedule(planEnd, plan, new Date((await tx.now()).getTime() + 60_000));
    },
  });
  while ((await due.endsOf(plans))[0] !== 1);
  expect(await due.database.prisma.dueWork.findMany()).toMatchObject([{ tries: 0, lastError: null }]);
});

test('the schedule of a row that was deleted is dropped', async () => {
  const plan = await due.aPlan(tenantId, -1_000);
  await due.database.prisma.plan.delete({ where: { id: plan.id } });
  due.startNode();
  await due.untilScheduled(0);
  expect(await due.endsOf([plan])).toEqual([0]);
});

test('the embedded database does what is due at this moment', async () => {
  const embedded = await DuePlans.open(await anEmbeddedDatabase());
  try {
    const plans = await embedded.plans(await embedded.aTenant(), 3, 0);
    embedded.startNode();
    await embedded.untilScheduled(0);
    expect(await embedded.endsOf(plans)).toEqual(once(3));
  } finally {
    await embedded.close();
  }
});

describeOnPostgres('a row that a command is changing', () => {
  test('is read again under its lock: what was restored meanwhile stays, and waiting is no try', async () => {
    const plan = await due.aPlan(tenantId, -1_000);
    const claims = await claimFirstTries(due.database.prisma, [planEnd.kind]);
    await due.transact(async (tx) => {
      await tx.lock(planEntity, plan.id);
      // The row is held: the node neither waits for it nor counts a try.
      expect(await tryNow(claims)).toEqual([]);
      expect(await due.database.prisma.dueWork.findMany()).toMatchObject([{ tries: 0 }]);
      await tx.update(planEntity, plan, { maxMembers: 5 });
    });
    due.startNode();
    await due.untilScheduled(0);
    expect(await due.plan(plan)).toMatchObject({ maxMembers: 5, version: 2 });
  });

  test('postpones the work that changes it beside its own row, and waiting is no try', async () => {
    const [plan, held] = (await due.plans(tenantId, 2, -1_000)) as [Plan, Plan];
    const alsoChanges = () => ({ entity: planEntity, id: held.id });
    const claims = await claimFirstTries(due.database.prisma, [planEnd.kind]);
    const claim = claims.filter(({ subjectId }) => subjectId === plan.id);
    await due.transact(async (tx) => {
      await tx.lock(planEntity, held.id);
      expect(await tryNow(claim, { ...endPlan, alsoChanges })).toEqual([]);
    });
    expect(await due.database.prisma.dueWork.findFirst({ where: { subjectId: plan.id } })).toMatchObject({
      tries: 0,
    });
    due.startNode({ ...endPlan, alsoChanges });
    await due.untilScheduled(0);
    expect(await due.endsOf([plan, held])).toEqual([1, 1]);
  });

  test('stays with a node that is slow and alive: no other node takes it after the claim has run out', async () => {
    const plan = await due.aPlan(tenantId, -1_000);
    const claims = await claimFirstTries(due.database.prisma, [planEnd.kind]);
    await due.pass(10);
    const [begun, released] = [gate(), gate()];
    const slowly: DueAction<Plan> = {
      ...endPlan,
      async act(tx, row) {
        begun.open();
        await released.passed;
        await endPlan.act(tx, row);
      },
    };
    const work = tryNow(claims, slowly);
    await begun.passed;
    expect(await claimRetry(due.database.prisma, [planEnd.kind])).toBeNull();
    released.open();
    expect(await work).toHaveLength(1);
    expect(await due.plan(plan)).toMatchObject({ maxMembers: 0, version: 2 });
  });
});

/** Something to wait for. */
function gate(): { open(): void; readonly passed: Promise<void> } {
  let open = (): void => {};
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}
