import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { PROJECT_FOLDER } from '../test/support/program-file.ts';
import { findFreePort } from '../test/support/servers/free-port.ts';
import { GuardedDirectory } from '../test/support/servers/guarded-directory.ts';
import { atMost, type Findings } from './findings.ts';
import { residentKiB } from './support/process-figures.ts';
import { environment } from './support/server-process.ts';
import { type Backing, onSite } from './support/site.ts';
import { toTable } from './support/table.ts';

/** The time of a first start and of a later one, and the memory of the server at rest. */
export interface StartUp {
  readonly what: string;
  readonly firstMs: number;
  readonly laterMs: number;
  /** Resident memory of the server and of its children, ten seconds after the later start. */
  readonly restMiB: number;
}

interface Started {
  readonly readyMs: number;
  readonly pid: number;
  end(): Promise<void>;
}

const NPM_START = ['npm', 'start', '--silent'];
const SERVER_ALONE = [process.execPath, '--import', 'tsx', 'src/main.ts'];
const READY = /^Lockstep listens at (\S+)/;
const REST_MS = 10_000;

/** Starts the server as a newcomer does, with its demo data as it comes, and as an operator does. */
export async function measureStartUp(): Promise<Findings> {
  const newcomer = await measure('npm start (embedded database, demo data)', NPM_START, {});
  const alone = await measure('the server alone (the same)', SERVER_ALONE, {});
  const backed = await onSite(false, async ({ backing }) => backing && measureBacked(backing));
  const startUps = [newcomer, alone, ...(backed ? [backed] : [])];
  return {
    goals: [
      atMost(5, 's', { row: null, what: 'npm start to ready', measured: newcomer.firstMs / 1_000 }),
      atMost(250, 'MiB', { row: null, what: 'memory at rest', measured: newcomer.restMiB }),
    ],
    tables: [startUpTable(startUps)],
    figures: startUps,
  };
}

function startUpTable(startUps: readonly StartUp[]): string {
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const lines = startUps.map(
    ({ what, firstMs, laterMs, restMiB }) =>
      [what, seconds(firstMs), seconds(laterMs), `${Math.round(restMiB)} MiB`] as const,
  );
  return toTable([['start to ready', 'first', 'later', 'at rest'], ...lines]);
}

/** Starts the server on an empty database of a PostgreSQL that is there already, beside a Redis. */
async function measureBacked({ postgres, redis }: Backing): Promise<StartUp> {
  await postgres.createDatabase('start_up');
  return measure('the server alone (PostgreSQL, Redis, no demo data)', SERVER_ALONE, {
    DATABASE_URL: postgres.url('start_up'),
    REDIS_URL: redis.url,
    JWT_SECRET: 'a secret for measurements that is long enough',
  });
}

async function measure(
  what: string,
  command: readonly string[],
  given: Record<string, string>,
): Promise<StartUp> {
  const directory = new GuardedDirectory('start-up', 'TERM');
  const settings = {
    ...given,
    DATA_DIR: path.join(directory.path, 'data'),
    PORT: String(await findFreePort()),
  };
  try {
    const first = await start(command, settings, directory);
    await first.end();
    const later = await start(command, settings, directory);
    await pause(REST_MS);
    const restMiB = await residentMiB(later.pid);
    await later.end();
    return { what, firstMs: first.readyMs, laterMs: later.readyMs, restMiB };
  } finally {
    await directory.remove();
  }
}

/** Runs a program that starts the server; it is ready when the server answers that it is. */
async function start(
  [program = '', ...args]: readonly string[],
  settings: Record<string, string>,
  directory: GuardedDirectory,
): Promise<Started> {
  const begunAt = performance.now();
  const child = spawn(program, args, {
    cwd: PROJECT_FOLDER,
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (!pid) throw new Error(`${program} has no process id.`);
  directory.watch(pid);
  const said: string[] = [];
  createInterface(child.stderr).on('line', (line) => said.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, listensAt] = READY.exec(line) ?? [];
      if (listensAt) resolve(listensAt);
    });
    child.once('exit', (code) => reject(new Error(`${program} has ended with ${code}:\n${said.join('\n')}`)));
  });
  const { status } = await fetch(`${url}/health/ready`);
  if (status !== 200) throw new Error(`The server listens and is not ready: ${status}.`);
  const readyMs = performance.now() - begunAt;
  return {
    readyMs,
    pid,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      directory.unwatch();
    },
  };
}

/** The memory of a server and of the processes below it; npm and its shell, above it, do not count. */
async function residentMiB(pid: number): Promise<number> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    .trim()
    .split(' ')
    .filter(Boolean);
  const below = await Promise.all(children.map((child) => residentMiB(Number(child))));
  const isAbove = commandLine.startsWith('npm') || commandLine.startsWith('sh');
  const own = isAbove ? 0 : residentKiB(pid) / 1_024;
  return below.reduce((sum, child) => sum + child, own);
}
