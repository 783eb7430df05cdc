import pg from 'pg';
import { populate } from '../fan-out/population.ts';
import { atLeast, type Findings, type Goal } from '../findings.ts';
import type { Options } from '../options.ts';
import { medianOf } from '../support/figures.ts';
import { childrenOf, processorSeconds } from '../support/process-figures.ts';
import { shuffle } from '../support/shuffle.ts';
import { prepareSite, type Site } from '../support/site.ts';
import { toTable } from '../support/table.ts';
import { openWritingNode } from '../support/write-parts.ts';
import type { Contestant } from './contestant.ts';
import { writeEstate } from './estate.ts';
import { load } from './load.ts';
import { startPostGraphile } from './postgraphile.ts';
import { QUESTIONS, type Question } from './questions.ts';

/** The connections of clients, and those of each server with the database. */
const CONNECTIONS = 10;
const SLICE_MS = 1_000;

/** One slice: a question, asked of one server for a second. */
interface Slice {
  readonly question: string;
  readonly server: string;
  readonly perSecond: number;
  /** The processor time of a request, in milliseconds. */
  readonly serverMs: number;
  readonly databaseMs: number;
}

/**
 * Measures queries and a mutation beside PostGraphile 5: the same rows in the same PostgreSQL, ten connections each, one
 * slice after the other in random order. Each connection of Lockstep is that of a user of its own.
 */
export async function measureQueries({ rounds }: Options): Promise<Findings> {
  const site = await prepareSite({
    isEmbedded: false,
    settings: {
      DATABASE_POOL_SIZE: String(CONNECTIONS),
      REQUESTS_PER_SECOND: '100000',
      QUERY_TIMEOUT_MS: '60000',
    },
  });
  try {
    await site.server.start();
    const { customers, tokens } = await fill(site);
    const { port } = new URL(site.server.url);
    const lockstep: Contestant = {
      ...{ name: 'Lockstep', language: 'lockstep', port: Number(port), pid: site.server.pid, tokens },
      stop: () => site.clear(),
    };
    const peer = await startPostGraphile(site.settings.DATABASE_URL ?? '', CONNECTIONS);
    try {
      const slices = await interleave([lockstep, peer], site, customers, rounds);
      return findingsOf(slices, [lockstep.name, peer.name]);
    } finally {
      await peer.stop();
    }
  } finally {
    await site.clear();
  }
}

async function fill({ settings }: Site): Promise<{ customers: string[]; tokens: string[] }> {
  const people = await populate(settings, { subscribers: CONNECTIONS, topics: 1 });
  const operation = people[0]?.operation ?? { variables: {} };
  const { tenantId } = operation.variables as { tenantId: string };
  const node = await openWritingNode(settings);
  try {
    const { prisma } = node.parts;
    await prisma.customer.deleteMany({ where: { tenantId } });
    const customers = await writeEstate(prisma, tenantId);
    await analyze(settings.DATABASE_URL ?? '');
    return { customers, tokens: people.flatMap(({ token }) => token ?? []) };
  } finally {
    await node.close();
  }
}

/** Makes the statistics that autovacuum makes within minutes: without them PostgreSQL plans both servers' statements blindly. */
async function analyze(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('ANALYZE').finally(() => client.end());
}

/** The first round warms up. */
async function interleave(
  contestants: readonly Contestant[],
  { backing }: Site,
  customers: readonly string[],
  rounds: number,
): Promise<Slice[]> {
  const slices: Slice[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const question of QUESTIONS) {
      for (const contestant of shuffle(contestants)) {
        const before = processorTimes(contestant, backing?.postgres.pid);
        const begunAt = performance.now();
        const count = await load(contestant, question, {
          customers,
          connections: CONNECTIONS,
          sliceMs: SLICE_MS,
        });
        const seconds = (performance.now() - begunAt) / 1_000;
        const after = processorTimes(contestant, backing?.postgres.pid);
        if (round === 0) continue;
        slices.push({
          ...{ question: question.name, server: contestant.name, perSecond: count / seconds },
          serverMs: ((after.server - before.server) / count) * 1_000,
          databaseMs: (databaseSeconds(before, after) / count) * 1_000,
        });
      }
    }
  }
  return slices;
}

/** The processor times of a server and of the sessions of PostgreSQL, in seconds. */
interface ProcessorTimes {
  readonly server: number;
  readonly sessions: ReadonlyMap<number, number>;
}

function processorTimes({ pid }: Contestant, postgresPid = 0): ProcessorTimes {
  const sessions = childrenOf(postgresPid).map((child) => [child, processorSeconds(child)] as const);
  return { server: processorSeconds(pid), sessions: new Map(sessions) };
}

/** Sums the processor time of the sessions between two times; a session that has ended takes its time with it. */
function databaseSeconds(before: ProcessorTimes, after: ProcessorTimes): number {
  const used = [...after.sessions].map(([pid, seconds]) => seconds - (before.sessions.get(pid) ?? 0));
  return used.reduce((sum, one) => sum + one, 0);
}

function findingsOf(slices: readonly Slice[], [own = '', peer = '']: readonly string[]): Findings {
  const medians = (question: Question, server: string) => {
    const of = slices.filter((slice) => slice.question === question.name && slice.server === server);
    const median = (figure: 'perSecond' | 'serverMs' | 'databaseMs') =>
      medianOf(of.map((slice) => slice[figure]));
    return { perSecond: median('perSecond'), serverMs: median('serverMs'), databaseMs: median('databaseMs') };
  };
  const goals = QUESTIONS.flatMap((question): Goal[] => {
    const measured = medians(question, own).perSecond / medians(question, peer).perSecond;
    if (question.row === null) return [];
    return [
      atLeast(question.goal, '×', {
        row: question.row,
        what: `${question.name}: requests/s ÷ ${peer}`,
        measured,
      }),
    ];
  });
  const rows = QUESTIONS.flatMap((question) =>
    [own, peer].map((server) => {
      const { perSecond, serverMs, databaseMs } = medians(question, server);
      return [
        `${question.name}, ${server}`,
        Math.round(perSecond),
        serverMs.toFixed(2),
        databaseMs.toFixed(2),
      ] as const;
    }),
  );
  const head = ['ten connections', 'requests/s', 'server CPU ms', 'database CPU ms'] as const;
  return { goals, tables: [toTable([head, ...rows])], figures: slices };
}
