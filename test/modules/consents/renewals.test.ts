import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { killed } from '../../support/program.ts';
import { programArguments } from '../../support/program-file.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { DueConsents } from './due-consents.ts';

const NODE = new URL('./renewal-node.ts', import.meta.url);
const MANY = 300;
/** The most consents that a transaction renews. */
const BATCH = 50;

describeOnPostgres('the renewal of many consents', () => {
  let due: DueConsents;
  let nodes: ChildProcess[] = [];

  beforeAll(async () => {
    due = await DueConsents.open();
  });
  afterEach(async () => {
    for (const node of nodes) await killed(node);
    nodes = [];
  });
  afterAll(() => due.close());

  function startProcess(): ChildProcess {
    const args = programArguments(NODE, `${due.database.url}`);
    const node = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    nodes.push(node);
    return node;
  }

  /** Waits until at most so many renewals are scheduled. */
  async function untilScheduled(most: number): Promise<void> {
    while ((await due.scheduled()) > most);
  }

  test('is done once for each, in batches, through the kill of a node in the middle', async () => {
    const [large, small] = [await due.aPurpose(MANY), await due.aPurpose(1)];
    await due.requireAgain(large);
    await due.requireAgain(small);
    expect(await due.scheduled()).toBe(MANY + 1);
    const first = startProcess();
    await untilScheduled(MANY - 3 * BATCH);
    await killed(first);
    expect(await due.scheduled()).toBeGreaterThan(0);
    startProcess();
    startProcess();
    await untilScheduled(0);

    expect(new Set(await due.renewals(large))).toEqual(new Set([1]));
    expect(await due.renewals(small)).toEqual([1]);
    const transactions = await due.database.prisma.$queryRaw<{ size: number }[]>`
      SELECT count(*)::int AS size FROM change WHERE entity = 'Consent' GROUP BY xmin::text`;
    expect(transactions.reduce((sum, { size }) => sum + size, 0)).toBe(MANY + 1);
    expect(Math.max(...transactions.map(({ size }) => size))).toBeLessThanOrEqual(BATCH);
  });
});
