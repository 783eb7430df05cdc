// Measures what the README promises in figures: the cost of deliveries to many subscribers, beside the servers that are
// used for that elsewhere, and what a newcomer meets first. Everything runs on loopback, in processes that this program
// starts and ends. bench/README.md says how.

import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { PROJECT_FOLDER } from '../test/support/program-file.ts';
import { measureAttachments } from './attachments.ts';
import { measureCatchUp, STORM_CLIENTS } from './catch-up.ts';
import { measureConfiguration } from './configuration/configuration.ts';
import { measureConsentLedger } from './consent-ledger.ts';
import { measureDocuments } from './documents.ts';
import { measureEndurance } from './endurance.ts';
import { measureEngagement, PRESENT_USERS } from './engagement.ts';
import { measureExecution } from './execution.ts';
import { FAN_OUT_CONNECTIONS, measureFanOut } from './fan-out/fan-out.ts';
import type { Findings } from './findings.ts';
import { goalsTable } from './goals-table.ts';
import { measureLatencies } from './latency.ts';
import { measureMemory } from './memory.ts';
import { type Options, type Part, readOptions } from './options.ts';
import { measureQueries } from './queries/queries.ts';
import { measureSlowReaders } from './slow-readers.ts';
import { measureStartUp } from './start-up.ts';
import { requireOpenFiles } from './support/open-files.ts';
import { measureWrites } from './writes.ts';

const MEASURES: Readonly<Record<Part, (options: Options) => Promise<Findings>>> = {
  'start-up': measureStartUp,
  latency: measureLatencies,
  'fan-out': measureFanOut,
  'slow-readers': measureSlowReaders,
  execution: measureExecution,
  documents: measureDocuments,
  memory: measureMemory,
  writes: measureWrites,
  queries: measureQueries,
  'catch-up': measureCatchUp,
  'consent-ledger': measureConsentLedger,
  configuration: measureConfiguration,
  engagement: measureEngagement,
  attachments: measureAttachments,
  endurance: measureEndurance,
};

/** The connections that a part has in one process, where that is more than any process may have. */
const CONNECTIONS: Readonly<Partial<Record<Part, number>>> = {
  'fan-out': FAN_OUT_CONNECTIONS,
  'catch-up': STORM_CLIENTS,
  engagement: PRESENT_USERS,
};

const RESULTS = path.join(PROJECT_FOLDER, 'bench/results');

try {
  await measure(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof TypeError ? error.message : error);
  process.exit(1); // connections that are still open would keep it alive
}

async function measure(options: Options): Promise<void> {
  requireOpenFiles(Math.max(...options.parts.map((part) => CONNECTIONS[part] ?? 0)));
  const at = new Date().toISOString();
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    // Any other load of the machine is in every figure.
    loadBefore: loadavg()[0]?.toFixed(1),
  };
  const findings = new Map<Part, Findings>();
  for (const part of options.parts) {
    console.error(`${part} …`);
    const found = await MEASURES[part](options);
    findings.set(part, found);
    for (const table of found.tables) console.log(`\n${table}`);
  }
  const goals = [...findings.values()]
    .flatMap((found) => found.goals)
    .toSorted((a, b) => (a.row ?? Number.POSITIVE_INFINITY) - (b.row ?? Number.POSITIVE_INFINITY));
  console.log(`\n${goalsTable(goals)}`);

  const file = path.join(RESULTS, `bench-${at.replaceAll(':', '-')}.json`);
  const figures = Object.fromEntries([...findings].map(([part, found]) => [part, found.figures]));
  await mkdir(RESULTS, { recursive: true });
  await writeFile(file, `${JSON.stringify({ at, machine, options, goals, figures }, null, 2)}\n`);
  console.log(
    `\nWritten to ${path.relative(PROJECT_FOLDER, file)}; ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, Node ${machine.node}, load ${machine.loadBefore} before the start.`,
  );
}
