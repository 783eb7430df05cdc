import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Scrape } from '../../test/support/scrape.ts';
import type { Backing, Site } from '../support/site.ts';

/** The figures of an installation while no client is there, by their names. */
export type Rest = Readonly<Record<string, number>>;

/** A figure, and by how much it may be larger afterwards. */
export interface Allowance {
  readonly part: number;
  readonly more: number;
}

const MIB = 1_024 * 1_024;
/** The longest time for which attempts are counted. */
const REDIS_MINUTES = 15;
const NOTHING: Allowance = { part: 0, more: 0 };
/**
 * Caches that are bounded in bytes are filled by use: payloads (32 MiB), compiled operations and the latest changes. So
 * the heap may grow by that much, and no more however long the soak takes. Pools keep their connections for a while, each
 * with a timer.
 */
const ALLOWED: readonly (readonly [RegExp, Allowance])[] = [
  [/heap/, { part: 0.2, more: 40 }],
  [/TCPSocketWrap|PipeWrap|connections of PostgreSQL/, { part: 0, more: 20 }],
  [/Timeout|Immediate|TickObject/, { part: 0, more: 30 }],
];

/** The states that the churn leaves to be done; each is empty when all is done. */
const DUE: Readonly<Record<string, string>> = {
  'rows of due work that are due': `SELECT count(*) FROM due_work WHERE parked_at IS NULL AND try_at <= now()`,
  'due work that is parked': 'SELECT count(*) FROM due_work WHERE parked_at IS NOT NULL',
  'bulk jobs that run': `SELECT count(*) FROM bulk_job WHERE status::text IN ('QUEUED', 'RUNNING')`,
  'causes of notifications': 'SELECT count(*) FROM notification_cause',
  'sessions in a transaction': `SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'`,
  'connections of PostgreSQL': 'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()',
};

const GAUGES: Readonly<Record<string, string>> = {
  lockstep_sockets: 'sockets',
  lockstep_event_streams: 'event streams',
  lockstep_followers: 'subscriptions',
  lockstep_feeds: 'feeds that are held',
  lockstep_operations_running: 'operations that run',
  lockstep_ring_bytes: 'bytes of latest changes',
  lockstep_unsent_bytes: 'unsent bytes',
};

/** Counts what an installation holds at this moment. */
export async function countRest(site: Site): Promise<Rest> {
  const { backing, nodes, gauges } = site;
  if (!backing) throw new TypeError('A soak needs PostgreSQL and Redis.');
  const ofNodes = nodes.map(async ({ url }, index) => {
    const gauge = gauges[index];
    if (!gauge) throw new TypeError('A soak needs nodes that are measured.');
    const { heapBytes } = await gauge.memory();
    const scrape = await Scrape.of(url);
    return [
      [`MiB of heap of node ${index + 1}`, heapBytes / MIB] as const,
      ...Object.entries(GAUGES).map(
        ([name, said]) => [`${said} of node ${index + 1}`, scrape.value(name)] as const,
      ),
      ...Object.entries(await gauge.resources()).map(
        ([kind, count]) => [`${kind} of node ${index + 1}`, count] as const,
      ),
    ];
  });
  return Object.fromEntries([
    ...(await Promise.all(ofNodes)).flat(),
    ...(await ofRedis(backing)),
    ...(await ofDatabase(backing.databaseUrl)),
  ]);
}

/**
 * Counts until nothing is more than before, or until it is late: work that is due is done, leases end and connections
 * close at their own time. Returns the last count.
 */
export async function settledRest(site: Site, before: Rest, patienceMs: number): Promise<Rest> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const now = await countRest(site);
    if (grown(before, now).length === 0 || performance.now() > deadline) return now;
    await pause(1_000);
  }
}

/** Names what is more than it was, with both figures. */
export function grown(before: Rest, after: Rest): string[] {
  return Object.entries(after).flatMap(([name, now]) => {
    const was = before[name] ?? 0;
    const { part, more } = ALLOWED.find(([pattern]) => pattern.test(name))?.[1] ?? NOTHING;
    return now <= was * (1 + part) + more ? [] : [`${name}: ${figure(was)} before, ${figure(now)} after`];
  });
}

/** A figure as people read it. */
export function figure(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1);
}

async function ofRedis({ redis }: Backing): Promise<[string, number][]> {
  const keys = (await redis.command('keys', '*')) as string[];
  const channels = (await redis.command('pubsub', 'channels', '*')) as string[];
  const endless = await keysLongerThan(REDIS_MINUTES, keys, redis);
  return [
    [`keys of Redis that outlive ${REDIS_MINUTES} minutes`, endless],
    ['channels of Redis', channels.length],
    ['members of leased sets', await membersOf(keys, redis)],
  ];
}

/**
 * Keys that end later, or never. Counters of users and addresses end by themselves, and say nothing of what is left; so
 * does the note that an account has signed in from an address, which stays for two weeks.
 */
async function keysLongerThan(
  minutes: number,
  keys: readonly string[],
  redis: Backing['redis'],
): Promise<number> {
  const counted = keys.filter((key) => !key.includes(':signed-in:'));
  const ends = await Promise.all(counted.map((key) => redis.command('pttl', key) as Promise<number>));
  return ends.filter((ms) => ms === -1 || ms > minutes * 60_000).length;
}

/** Members of all sorted sets and hashes: presence, choices and those who are typing. */
async function membersOf(keys: readonly string[], redis: Backing['redis']): Promise<number> {
  const counts = keys.map(async (key) => {
    const kind = await redis.command('type', key);
    if (kind === 'hash') return Number(await redis.command('hlen', key));
    return kind === 'zset' ? Number(await redis.command('zcard', key)) : 0;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function ofDatabase(url: string): Promise<[string, number][]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const counts: [string, number][] = [];
    for (const [name, sql] of Object.entries(DUE)) {
      const { rows } = await client.query<{ count: string }>(sql);
      counts.push([name, Number(rows[0]?.count)]);
    }
    return counts;
  } finally {
    await client.end();
  }
}
