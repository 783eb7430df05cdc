// Asks random questions as every lesser user of a tenant, over HTTP, event streams and WebSockets, and looks for what the
// user may not know: texts and ids of another tenant, another customer, the next unit and the platform's staff, columns
// without the right to them, also as they were, and answers that depend on any of these. Exits with 1 at the first answer
// that shows one, and prints the smallest question that still does.

import { fuzz } from './fuzz.ts';
import { readOptions } from './options.ts';
import { toReport } from './report.ts';
import { World } from './world.ts';

try {
  const { minutes, seed } = readOptions(process.argv.slice(2));
  console.log(`Seed ${seed}, ${minutes} min …\n`);
  const world = await World.start();
  const endsAt = performance.now() + minutes * 60_000;
  const isOver = () => performance.now() > endsAt;
  const outcome = await fuzz(world, { seed, isOver });
  console.log(toReport(outcome));
  await world.stop();
  process.exitCode = outcome.leak ? 1 : 0;
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // a server that was started would keep running
}
