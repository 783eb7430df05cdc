// A node that does due work, as a process of its own:
//   due-node.ts <url of the database> <milliseconds by which its clock is wrong> <name of the plan that kills it>

import { createMetrics } from '../../../src/core/process/metrics.ts';
import type { DueAction } from '../../../src/core/rows/due-action.ts';
import { DueWorkRunner } from '../../../src/modules/due-work/due-work-runner.ts';
import { theDatabaseAt } from '../../support/open-database.ts';
import { silentLog } from '../../support/silent-log.ts';
import { endPlan } from './due-plans.ts';

const [url = '', shiftMs, fatalName] = process.argv.slice(2);

const shift = Number(shiftMs);
globalThis.Date = new Proxy(Date, {
  construct: (date, args) => (args.length > 0 ? Reflect.construct(date, args) : new date(date.now() + shift)),
  get: (date, name) => (name === 'now' ? () => date.now() + shift : Reflect.get(date, name)),
});

const action: typeof endPlan = {
  ...endPlan,
  async act(tx, plan) {
    if (plan.name === fatalName) process.kill(process.pid, 'SIGKILL');
    await endPlan.act(tx, plan);
  },
};

const { prisma, transactions } = await theDatabaseAt(url);
const actions = [action as unknown as DueAction];
new DueWorkRunner({ prisma, transactions, actions, metrics: createMetrics(), log: silentLog }).start();
// Keeps the process running: the pauses of a runner do not.
setInterval(() => {}, 60_000);
