// Breaks everything that can break while eight writers write and sixteen clients subscribe, on two nodes with nothing but
// PostgreSQL and Redis between them, beside another installation that shares the Redis, and counts every violated promise
// of the product. Exits with 1 unless all counts are zero, and everything was broken.

import { readOptions } from './options.ts';
import { isClean, toReport } from './report.ts';
import { shortcomings } from './shortcomings.ts';
import { torture } from './torture.ts';

try {
  const options = readOptions(process.argv.slice(2));
  console.log(
    `Seed ${options.seed}, ${options.seconds} s, ${options.nodes} × Lockstep, ${options.kills} kills …\n`,
  );
  const outcome = await torture(options);
  console.log(toReport(outcome, options));
  const missing = shortcomings(outcome, options);
  const isProven = isClean(outcome.verdict) && missing.length === 0;
  for (const sentence of missing) console.log(`\n${sentence}`);
  if (!isProven) console.log(`\nThe server said last:\n${outcome.said.join('\n')}`);
  process.exitCode = isProven ? 0 : 1;
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // clients without a server would wait for ever
}
