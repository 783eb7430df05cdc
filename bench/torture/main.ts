// Breaks everything that can break while eight writers write and fourteen clients follow, and counts what the product
// promises never to happen. Exits with 1 unless all of it is zero.

import { readOptions } from './options.ts';
import { isClean, shortcomings, toReport } from './report.ts';
import { torture } from './torture.ts';

try {
  const options = readOptions(process.argv.slice(2));
  console.log(`Seed ${options.seed}, ${options.seconds} s, ${options.kills} kills …\n`);
  const outcome = await torture(options);
  console.log(toReport(outcome, options));
  const missing = shortcomings(outcome, options);
  const isProven = isClean(outcome.verdict) && missing.length === 0;
  for (const sentence of missing) console.log(`\n${sentence}`);
  if (!isProven) console.log(`\nThe server said last:\n${outcome.said.join('\n')}`);
  process.exitCode = isProven ? 0 : 1;
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // followers that nobody serves any more would wait for ever
}
