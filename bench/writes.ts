import { Recording } from '../src/changes/recording.ts';
import { Transactions, type WriteParts } from '../src/changes/transactions.ts';
import { startPostgres } from '../test/support/servers/postgres-server.ts';
import { startRedis } from '../test/support/servers/redis-server.ts';
import { populate } from './fan-out/population.ts';
import { atLeast, type Findings } from './findings.ts';
import type { Options } from './options.ts';
import { BENCH_ACTOR, changeCustomer } from './support/customer-writer.ts';
import { medianOf } from './support/figures.ts';
import { shuffle } from './support/shuffle.ts';
import { toTable } from './support/table.ts';
import { openWritingNode } from './support/write-parts.ts';

/** Changes the contact name of a customer, in a transaction of its own. */
type Mutation = (customerId: string, contactName: string) => Promise<unknown>;
type Way = 'with the change log' | 'without it';

const DATABASE = 'writes';
const WRITERS = 8;
const SLICE_MS = 1_000;

/**
 * Measures what the change log costs those who write: eight writers in one tenant, each on a customer of its own, so
 * that all they wait for each other is the number in the feed. Without the log the same transaction locks, reads and
 * writes the same row, and neither records nor announces it.
 */
export async function measureWrites({ rounds }: Options): Promise<Findings> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  try {
    await postgres.createDatabase(DATABASE);
    const settings = {
      DATABASE_URL: postgres.url(DATABASE),
      REDIS_URL: redis.url,
      JWT_SECRET: 'a secret for measurements that is long enough',
    };
    const node = await openWritingNode(settings, { poolSize: WRITERS });
    try {
      const [person] = await populate(settings, { subscribers: 1, topics: 1 });
      const customers = await copiesOf(person?.topic ?? '', node.parts);
      return findingsOf(await interleave(waysToWrite(node.parts), customers, rounds));
    } finally {
      await node.close();
    }
  } finally {
    await redis.stop();
    await postgres.remove();
  }
}

function waysToWrite(parts: WriteParts): Readonly<Record<Way, Mutation>> {
  const transact = new Transactions(parts).of({ actor: BENCH_ACTOR, requestId: null, ip: null });
  return {
    'with the change log': (id, contactName) => transact((tx) => changeCustomer(tx, id, [contactName])),
    'without it': (id, contactName) =>
      parts.prisma.$transaction((db) => changeCustomer(new Recording(db, parts.entities), id, [contactName])),
  };
}

async function copiesOf(id: string, { prisma }: WriteParts): Promise<string[]> {
  const { id: _, ...row } = await prisma.customer.findUniqueOrThrow({ where: { id } });
  const data = Array.from({ length: WRITERS }, () => row);
  const copies = await prisma.customer.createManyAndReturn({ data, select: { id: true } });
  return copies.map((copy) => copy.id);
}

/** Mutations per second, round by round; the first round warms up. */
async function interleave(
  ways: Readonly<Record<Way, Mutation>>,
  customers: readonly string[],
  rounds: number,
): Promise<Record<Way, number>[]> {
  const rates: Record<Way, number>[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const rate = { 'with the change log': 0, 'without it': 0 };
    for (const way of shuffle(Object.keys(ways) as Way[])) rate[way] = await rateOf(ways[way], customers);
    if (round > 0) rates.push(rate);
  }
  return rates;
}

async function rateOf(mutate: Mutation, customers: readonly string[]): Promise<number> {
  const begunAt = performance.now();
  let count = 0;
  const write = async (id: string): Promise<void> => {
    while (performance.now() - begunAt < SLICE_MS) {
      await mutate(id, `Ada ${performance.now()}`);
      count += 1;
    }
  };
  await Promise.all(customers.map(write));
  return (count / (performance.now() - begunAt)) * 1_000;
}

function findingsOf(rates: readonly Record<Way, number>[]): Findings {
  const [log, none] = [
    rates.map((rate) => rate['with the change log']),
    rates.map((rate) => rate['without it']),
  ];
  const measured = medianOf(rates.map((rate) => rate['with the change log'] / rate['without it']));
  return {
    goals: [
      atLeast(0.7, '×', { row: 10, what: 'mutations/s of a hot tenant, with log ÷ without', measured }),
    ],
    tables: [
      toTable([
        [`mutations/s, ${WRITERS} writers in one tenant`, 'median', 'least', 'most'],
        ['with the change log', ...written(log)],
        ['without it', ...written(none)],
      ]),
    ],
    figures: rates,
  };
}

function written(rates: readonly number[]): number[] {
  return [medianOf(rates), Math.min(...rates), Math.max(...rates)].map(Math.round);
}
