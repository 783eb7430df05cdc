// Asks random questions about one tenant as every lesser user of another, over HTTP, event streams and WebSockets, and
// looks for texts and ids that the user may not know. Exits with 1 at the first answer that shows one, and prints the
// smallest question that still does.

import { TwoTenants } from '../../test/support/two-tenants.ts';
import { fuzz } from './fuzz.ts';
import { readOptions } from './options.ts';
import { toReport } from './report.ts';
import { secretsOf } from './secrets.ts';

try {
  const { minutes, seed } = readOptions(process.argv.slice(2));
  console.log(`Seed ${seed}, ${minutes} min …\n`);
  const tenants = await TwoTenants.start();
  const endsAt = performance.now() + minutes * 60_000;
  const isOver = () => performance.now() > endsAt;
  const outcome = await fuzz(tenants, await secretsOf(tenants), { seed, isOver });
  console.log(toReport(outcome));
  await tenants.stop();
  process.exitCode = outcome.leak ? 1 : 0;
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // a server that was started would keep running
}
