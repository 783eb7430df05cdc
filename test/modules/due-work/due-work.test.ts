import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { DuePlans, failingAt } from './due-plans.ts';

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
