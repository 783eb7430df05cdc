// Measures what a newcomer meets first: how soon a change arrives, how soon the server is there, and how much memory it
// takes. Everything runs on loopback, in processes that this program starts and ends.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { type Latency, measureLatency } from './latency.ts';
import { measureBackedStartUp, measureStartUps, type StartUp } from './start-up.ts';
import { PROJECT_FOLDER } from './support/server-process.ts';
import { prepareSite } from './support/site.ts';
import { toTable } from './support/table.ts';

/** Whatever else the machine is busy with is in every figure. */
const loadBefore = loadavg()[0]?.toFixed(1);
const RESULTS = path.join(PROJECT_FOLDER, 'bench/results');

const startUps = await measureStartUps();
printStartUps(startUps);

const embedded = await onSite(true, (site) => measureLatency(site));
printLatencies('embedded database', embedded);

const backed = await onSite(false, async (site) => {
  const startUp = site.backing && (await measureBackedStartUp(site.backing));
  if (startUp) printStartUps([startUp]);
  const latencies = await measureLatency(site);
  return { startUp, latencies };
});
printLatencies('PostgreSQL and Redis', backed.latencies);

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length, loadBefore };
const at = new Date().toISOString();
const results = {
  at,
  machine,
  startUps: [...startUps, backed.startUp],
  latency: { embedded, backed: backed.latencies },
};
const file = path.join(RESULTS, `bench-${at.replaceAll(':', '-')}.json`);
await mkdir(RESULTS, { recursive: true });
await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
console.log(
  `\nWritten to ${path.relative(PROJECT_FOLDER, file)}; ${machine.cores} × ${machine.cpu}, Node ${machine.node}, load ${loadBefore} before the start.`,
);

async function onSite<Value>(
  isEmbedded: boolean,
  work: (site: Awaited<ReturnType<typeof prepareSite>>) => Promise<Value>,
): Promise<Value> {
  const site = await prepareSite({ isEmbedded });
  try {
    return await work(site);
  } finally {
    await site.clear();
  }
}

function printStartUps(rows: readonly StartUp[]): void {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const lines = rows.map(
    ({ what, firstMs, laterMs, restMiB }) =>
      [what, seconds(firstMs), seconds(laterMs), `${Math.round(restMiB)} MiB`] as const,
  );
  console.log(`\n${toTable([['start to ready', 'first', 'later', 'at rest'], ...lines])}`);
}

function printLatencies(where: string, latencies: readonly Latency[]): void {
  const lines = latencies.map(
    ({ what, spread: { count, p50, p99, max } }) =>
      [what, count, p50.toFixed(1), p99.toFixed(1), max.toFixed(1)] as const,
  );
  console.log(`\n${toTable([[`${where}, ms`, 'events', 'p50', 'p99', 'max'], ...lines])}`);
}
