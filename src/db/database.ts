// One driver, two homes. With a URL, a PostgreSQL server and three pools that serve: a burst of queries may exhaust the
// pool they have, and must delay neither the readers of the change log nor those who read whose rights it alters.
// Without one, the embedded database, whose single connection all share.

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import { MIGRATIONS_FOLDER } from './migration-files.ts';
import { applyMigrations } from './migrations.ts';
import { CONNECT_TIMEOUT_MS, connectForStart } from './server-connection.ts';
import { urlToServeWith } from './serving-role.ts';

/** An open, migrated database. */
export interface Database {
  prisma: PrismaClient;
  /** For reading the change log. On the embedded database it shares its one connection with Prisma. */
  feedPool: pg.Pool;
  /** What Prisma reads and writes through. */
  queryPool: pg.Pool;
  /** For reading who may act and how: delivery waits for it at each change of rights. */
  identityPrisma: PrismaClient;
  /** What that reads through. */
  identityPool: pg.Pool;
  /** For what the server may do to its database and whoever it serves may not: one connection, opened when needed. */
  ownerPool: pg.Pool;
  isEmbedded: boolean;
  /** Waits for running queries, then closes everything. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** A PostgreSQL server; without it the embedded database is used. */
  url?: string;
  /** The same database with the login that owns its tables; without it the login of `url` does. */
  ownerUrl?: string | undefined;
  /** Where the embedded database keeps its files. */
  dataDir: string;
  /** Connections for Prisma; the embedded database always has one. */
  poolSize: number;
  /** How long one statement through Prisma may run; the embedded database cannot interrupt a statement. */
  statementTimeoutMs: number;
  /** Called for each connection that breaks. The pools replace it by themselves. */
  onConnectionLost?: (error: Error) => void;
  /** Told, in one sentence, what the operator should know although the server can start. */
  onWarning?: (sentence: string) => void;
  /** The migrations to apply; by default the server's own. */
  migrationsFolder?: string;
}

const FEED_POOL_SIZE = 4;
/** Reading the log takes milliseconds; what takes this long has lost its network and would wait for ever. */
const FEED_QUERY_TIMEOUT_MS = 30_000;
/** Whoever asks at the same moment is read together, so a few serve any crowd. */
const IDENTITY_POOL_SIZE = 3;
/** A feed stands still while it waits; what could not be read is tried again. */
const IDENTITY_QUERY_TIMEOUT_MS = 5_000;

/**
 * Prisma's default wait of 2 s rejects two thirds of 300 transactions that meet at the embedded database's one
 * connection; with 30 s all of them pass, in 6 s.
 */
const EMBEDDED_TRANSACTIONS = { isolationLevel: 'ReadCommitted', maxWait: 30_000, timeout: 15_000 } as const;
const SERVER_TRANSACTIONS = { isolationLevel: 'ReadCommitted', maxWait: 5_000, timeout: 10_000 } as const;

/**
 * Opens the database and brings it up to date.
 *
 * Throws StartError if it cannot be reached, is in use, may lose acknowledged writes, or cannot be migrated.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options);
}

async function openServer(url: string, options: DatabaseOptions): Promise<Database> {
  const { ownerUrl, onWarning: warn = () => {} } = options;
  const owner = await (ownerUrl ? connectForStart(ownerUrl, 'DATABASE_OWNER_URL') : connectForStart(url));
  let servingUrl: string;
  try {
    await applyMigrations(owner, options.migrationsFolder ?? MIGRATIONS_FOLDER);
    servingUrl = await urlToServeWith(url, owner, { isOwnersToo: !ownerUrl, warn });
  } finally {
    await owner.end();
  }

  const shared = {
    application_name: 'lockstep',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  };
  const queryPool = new pg.Pool({
    ...shared,
    connectionString: servingUrl,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
  });
  const feedPool = new pg.Pool({
    ...shared,
    connectionString: servingUrl,
    max: FEED_POOL_SIZE,
    query_timeout: FEED_QUERY_TIMEOUT_MS,
  });
  const identityPool = new pg.Pool({
    ...shared,
    connectionString: servingUrl,
    max: IDENTITY_POOL_SIZE,
    statement_timeout: IDENTITY_QUERY_TIMEOUT_MS,
    query_timeout: IDENTITY_QUERY_TIMEOUT_MS,
  });
  const ownerPool = new pg.Pool({ ...shared, connectionString: ownerUrl ?? url, max: 1 });
  const pools = [queryPool, feedPool, identityPool, ownerPool];
  for (const pool of pools) reportLostConnections(pool, options.onConnectionLost);

  const prisma = new PrismaClient({
    adapter: new PrismaPg(queryPool),
    transactionOptions: SERVER_TRANSACTIONS,
  });
  const identityPrisma = new PrismaClient({ adapter: new PrismaPg(identityPool) });
  const close = async (): Promise<void> => {
    // Leaves the pools that they were given open.
    await Promise.all([prisma.$disconnect(), identityPrisma.$disconnect()]);
    await Promise.all(pools.map((pool) => pool.end()));
  };
  return { prisma, feedPool, queryPool, identityPrisma, identityPool, ownerPool, isEmbedded: false, close };
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const embedded = await startEmbeddedPostgres(options.dataDir);
  reportLostConnections(embedded.pool, options.onConnectionLost);
  try {
    const client = await embedded.pool.connect();
    try {
      await applyMigrations(client, options.migrationsFolder ?? MIGRATIONS_FOLDER);
    } finally {
      client.release(true); // a script may have changed settings of its session
    }
  } catch (error) {
    await embedded.close();
    throw error;
  }

  const prisma = new PrismaClient({
    adapter: new PrismaPg(embedded.pool),
    transactionOptions: EMBEDDED_TRANSACTIONS,
  });
  const close = async (): Promise<void> => {
    await prisma.$disconnect();
    await embedded.close();
  };
  const { pool } = embedded;
  // No lesser role here: nobody but this process can reach the database, and whoever runs it can write its files.
  return {
    prisma,
    feedPool: pool,
    queryPool: pool,
    identityPrisma: prisma,
    identityPool: pool,
    ownerPool: pool,
    isEmbedded: true,
    close,
  };
}

/**
 * Listens on every connection rather than on the pool alone: the pool hears only of idle ones, and a connection
 * that breaks while borrowed but between two statements would end the process with an unhandled error.
 */
function reportLostConnections(pool: pg.Pool, report: ((error: Error) => void) | undefined): void {
  pool.on('connect', (client) => client.on('error', (error) => report?.(error)));
  pool.on('error', () => {
    // Reported by its connection already; without a listener the process would end.
  });
}
