import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { killed } from '../../support/program.ts';
import { programArguments } from '../../support/program-file.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { DuePlans } from './due-plans.ts';

const NODE = new URL('./due-node.ts', import.meta.url);
const HOUR_MS = 3_600_000;
/** The time after which a claim of a lost node is free; with the poll of two seconds less than ten. */
const LEASE_S = 6;

describeOnPostgres('a node as a process', () => {
  let due: DuePlans;
  let tenantId: string;
  let nodes: ChildProcess[] = [];

  beforeAll(async () => {
    due = await DuePlans.open();
    tenantId = await due.aTenant();
  });

  afterEach(async () => {
    for (const node of nodes) await killed(node);
    nodes = [];
    await due.database.prisma.dueWork.deleteMany();
  });

  afterAll(() => due.close());

  function startProcess({ shiftMs = 0, fatalName = '' }): ChildProcess {
    const args = programArguments(NODE, `${due.database.url}`, `${shiftMs}`, fatalName);
    const node = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    nodes.push(node);
    return node;
  }

  test.each([
    ['fast', HOUR_MS],
    ['slow', -HOUR_MS],
  ])(
    'whose clock is an hour %s does what is due by the clock of the database, and nothing else',
    async (_name, shiftMs) => {
      const soon = await due.plans(tenantId, 5, 30 * 60_000);
      const plans = await due.plans(tenantId, 10, -1_000);
      startProcess({ shiftMs });
      await due.untilScheduled(5);
      const next = await due.aPlan(tenantId, 500);
      await due.untilScheduled(5);
      expect(await due.endsOf([...plans, next])).toEqual(Array.from({ length: 11 }, () => 1));
      expect(await due.endsOf(soon)).toEqual([0, 0, 0, 0, 0]);
    },
  );

  test('that is killed by a row has done the others after three tries, and the row is parked', async () => {
    const plans = await due.plans(tenantId, 20, -1_000);
    const [fatal, ...others] = plans;
    for (let tries = 1; tries <= 3; tries += 1) {
      await once(startProcess({ fatalName: `${fatal?.name}` }), 'exit');
      const row = await due.database.prisma.dueWork.findFirstOrThrow({
        where: { subjectId: `${fatal?.id}` },
      });
      expect(row).toMatchObject({ tries, parkedAt: null });
      const [{ seconds } = { seconds: 0 }] = await due.database.prisma.$queryRaw<{ seconds: number }[]>`
        SELECT max(extract(epoch FROM try_at - now()))::float8 AS seconds FROM due_work`;
      expect(seconds).toBeLessThanOrEqual(LEASE_S);
      await due.pass(LEASE_S);
    }
    startProcess({ fatalName: `${fatal?.name}` });
    await due.untilParked(1);
    await due.untilScheduled(1);
    expect(await due.endsOf(others)).toEqual(others.map(() => 1));
    expect(await due.database.prisma.dueWork.findFirst()).toMatchObject({
      subjectId: fatal?.id,
      lastError: null,
    });
  });
});
