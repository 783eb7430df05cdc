// A node that renews consents, as a process of its own: renewal-node.ts <url of the database>

import { createMetrics } from '../../../src/core/process/metrics.ts';
import { DueWorkRunner } from '../../../src/modules/due-work/due-work-runner.ts';
import { dueActions } from '../../../src/rooms.ts';
import { theDatabaseAt } from '../../support/open-database.ts';
import { silentLog } from '../../support/silent-log.ts';

const { prisma, transactions } = await theDatabaseAt(String(process.argv[2]));
const parts = { prisma, transactions, actions: dueActions, metrics: createMetrics(), log: silentLog };
new DueWorkRunner(parts).start();
// Keeps the process running: the pauses of a runner do not.
setInterval(() => {}, 60_000);
