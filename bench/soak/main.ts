// On a real installation, lets clients, tenants, rights and jobs come and go for minutes or hours, and fails if anything is
// left of them: heap, handles, timers, keys and channels of Redis, leases, and rows of work that is due.

import { parseArgs } from 'node:util';
import { toTable } from '../support/table.ts';
import { figure } from './rest.ts';
import { soak } from './soak.ts';

const MINUTE_MS = 60_000;
const WARM_UP_PART = 0.2;
const MAX_WARM_UP_MS = 2 * MINUTE_MS;
const PATIENCE_MS = MINUTE_MS;

const USAGE = `npm run soak -- [options]

  --minutes N   minutes for which clients come and go (10)`;

try {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
  if (!/^\d{1,4}(\.\d)?$/.test(values.minutes) || Number(values.minutes) === 0)
    throw new TypeError(`--minutes must be a number.\n\n${USAGE}`);
  process.exitCode = await run(Number(values.minutes) * MINUTE_MS);
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // connections that are still open would keep it alive
}

async function run(ms: number): Promise<number> {
  const warmUpMs = Math.min(ms * WARM_UP_PART, MAX_WARM_UP_MS);
  const { before, after, grown, done } = await soak({
    ms,
    warmUpMs,
    patienceMs: PATIENCE_MS,
    onStep: (step) => console.error(`${step} …`),
  });
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  console.log(
    toTable([
      ['', 'before', 'after'],
      ...names.map((name) => [name, figure(before[name] ?? 0), figure(after[name] ?? 0)] as const),
    ]),
  );
  console.log(
    `\n${Object.entries(done)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  );
  console.log(grown.length === 0 ? '\nBack to the start.' : `\nGrown:\n${grown.join('\n')}`);
  return grown.length === 0 ? 0 : 1;
}
