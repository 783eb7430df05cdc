import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { ChangeLog } from '../../src/changes/change-log.ts';
import { LogPositions } from '../../src/changes/log-positions.ts';
import { openPubSub } from '../../src/changes/pub-sub.ts';
import { Transactions } from '../../src/changes/transactions.ts';
import { WakeUps } from '../../src/changes/wake-ups.ts';
import { CursorCodec } from '../../src/core/feeds/cursor.ts';
import { createMetrics } from '../../src/core/process/metrics.ts';
import { openDatabase } from '../../src/db/database.ts';
import type { PrismaClient } from '../../src/generated/prisma/client.ts';
import { entities, reactions, tallies } from '../../src/rooms.ts';
import { silentLog } from './silent-log.ts';
import { aDatabase, type TestDatabase } from './test-database.ts';

/** A database of one test, with a way to write to it, and without a server. */
export interface OpenDatabase {
  readonly prisma: PrismaClient;
  readonly transactions: Transactions;
  /** A pool with the rights of the owner of the tables. */
  readonly ownerPool: Pool;
  /** The URL of the database on the real PostgreSQL. */
  readonly url: string | undefined;
  drop(): Promise<void>;
}

const KEY = Buffer.alloc(32, 'k');

/** Opens an empty database: on the real PostgreSQL if the test run has one, else on the embedded one. */
export async function anOpenDatabase(): Promise<OpenDatabase> {
  return process.env.TEST_DATABASE_URL ? open(await aDatabase()) : open();
}

/** Opens an empty embedded database. */
export function anEmbeddedDatabase(): Promise<OpenDatabase> {
  return open();
}

/** Opens a database that another process has opened; `drop` only closes it. */
export function theDatabaseAt(url: string): Promise<OpenDatabase> {
  return open({ url, drop: async () => {} });
}

async function open(home?: TestDatabase): Promise<OpenDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-test-'));
  const { prisma, feedPool, ownerPool, close } = await openDatabase({
    ...(home && { url: home.url }),
    dataDir,
    poolSize: 4,
    statementTimeoutMs: 10_000,
  });
  const pubSub = openPubSub({ url: undefined, prefix: '', timeoutMs: 100, log: silentLog });
  const metrics = createMetrics();
  const changeLog = new ChangeLog(feedPool, entities, metrics);
  const transactions = new Transactions({
    prisma,
    changeLog,
    wakeUps: new WakeUps({ engine: pubSub.engine, key: KEY, entities, log: silentLog, metrics }),
    feedPositions: new LogPositions(changeLog, new CursorCodec(KEY)),
    entities,
    reactions,
    tallies,
  });
  return {
    prisma,
    transactions,
    ownerPool,
    url: home?.url,
    async drop() {
      await pubSub.close();
      await close();
      await home?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
