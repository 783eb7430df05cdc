// One driver for two kinds of database. With a URL, it is a PostgreSQL server with three pools for serving: a burst of
// queries may exhaust its own pool, but must delay neither the readers of the change log nor the reads of viewers'
// rights. Without a URL, it is the embedded database, whose single connection all of them share.

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { currentSpan } from '../core/requests/tracing.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { EMBEDDED_WAIT_MS, startEmbeddedPostgres } from './embedded-postgres.ts';
import { fillFolds } from './fill-folds.ts';
import { openPrisma } from './folds.ts';
import { MIGRATIONS_FOLDER } from './migration-files.ts';
import { applyMigrations } from './migrations.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { QueryPool } from './query-pool.ts';
import { CONNECT_TIMEOUT_MS, connectForStart } from './server-connection.ts';
import { urlToServeWith } from './serving-role.ts';
import { setUpSession } from './session-settings.ts';
import { traceStatements } from './watched-statements.ts';

/** An open, migrated database. */
export interface Database {
  prisma: PrismaClient;
  /** For reading the change log. On the embedded database it shares its one connection with Prisma. */
  feedPool: pg.Pool;
  /** The pool of Prisma's reads and writes. */
  queryPool: QueryPool;
  /** For reading the rights of viewers: delivery waits for these reads at each change of rights. */
  identityPrisma: PrismaClient;
  /** The pool of `identityPrisma`. */
  identityPool: pg.Pool;
  /** For the work of the owner's login, which the serving login must not do: one connection, opened when needed. */
  ownerPool: pg.Pool;
  isEmbedded: boolean;
  /** The names of the migrations that were applied when it was opened. */
  appliedMigrations: readonly string[];
  /** Waits for running queries, then closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** The URL of a PostgreSQL server; if absent, the embedded database is used. */
  url?: string;
  /** The URL with the login that owns the tables; if absent, the login of `url` owns them. */
  ownerUrl?: string | undefined;
  /** The directory of the embedded database. */
  dataDir: string;
  /** The number of connections for Prisma; the embedded database always has one. */
  poolSize: number;
  /** The time limit of a statement through Prisma; the embedded database cannot interrupt a statement. */
  statementTimeoutMs: number;
  /** Called for each connection that is lost. The pools reconnect by themselves. */
  onConnectionLost?: (error: Error) => void;
  /** Called with one sentence for the operator about a problem with which the server can still start. */
  onWarning?: (sentence: string) => void;
  /** The migrations to apply; by default the server's own. */
  migrationsFolder?: string;
}

const FEED_POOL_SIZE = 4;
/** Reading the log takes milliseconds; a query of this duration has lost its network and would wait forever. */
const FEED_QUERY_TIMEOUT_MS = 30_000;
/** Simultaneous requests become one query, so a few connections are enough for any number of clients. */
const IDENTITY_POOL_SIZE = 3;
/** The work of the owner's login takes turns. */
const OWNER_POOL_SIZE = 1;
/** The connections that a node opens at most, beside those of `poolSize`. */
export const CONNECTIONS_BESIDE_QUERIES = FEED_POOL_SIZE + IDENTITY_POOL_SIZE + OWNER_POOL_SIZE;
/** A feed cannot advance during the wait; a read that failed is retried. */
const IDENTITY_QUERY_TIMEOUT_MS = 5_000;

/** The pool and the statements have limits of their own; those of Prisma are longer, as its errors say less. */
const PRISMA_MARGIN_MS = 5_000;
const EMBEDDED_TRANSACTIONS = {
  isolationLevel: 'ReadCommitted',
  maxWait: EMBEDDED_WAIT_MS + PRISMA_MARGIN_MS,
  timeout: 15_000,
} as const;

/**
 * Opens the database and applies the migrations.
 *
 * Throws StartError if it cannot be reached, is in use, may lose acknowledged writes, or cannot be migrated.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === undefined ? openEmbedded(options) : openServer(options.url, options);
}

/** Applies the migrations and returns their names. Those of the server are completed in code, which folds the texts of older rows. */
async function migrate(client: pg.ClientBase, folder = MIGRATIONS_FOLDER): Promise<string[]> {
  const applied = await applyMigrations(client, folder);
  if (folder === MIGRATIONS_FOLDER) await fillFolds(client);
  return applied;
}

async function openServer(url: string, options: DatabaseOptions): Promise<Database> {
  const { ownerUrl, onWarning: warn = () => {} } = options;
  const owner = await (ownerUrl ? connectForStart(ownerUrl, 'DATABASE_OWNER_URL') : connectForStart(url));
  let servingUrl: string;
  let appliedMigrations: string[];
  try {
    appliedMigrations = await migrate(owner, options.migrationsFolder);
    servingUrl = await urlToServeWith(url, owner, { isOwnersToo: !ownerUrl, warn });
  } finally {
    await owner.end();
  }

  const shared = {
    application_name: 'lockstep',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    onConnect: setUpSession,
  };
  const queryPool = new QueryPool({
    ...shared,
    connectionString: servingUrl,
    max: options.poolSize,
    waitMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs: options.statementTimeoutMs,
  });
  const feedPool = traceStatements(
    new pg.Pool({
      ...shared,
      connectionString: servingUrl,
      max: FEED_POOL_SIZE,
      query_timeout: FEED_QUERY_TIMEOUT_MS,
    }),
    currentSpan,
  );
  const identityPool = new pg.Pool({
    ...shared,
    connectionString: servingUrl,
    max: IDENTITY_POOL_SIZE,
    statement_timeout: IDENTITY_QUERY_TIMEOUT_MS,
    query_timeout: IDENTITY_QUERY_TIMEOUT_MS,
  });
  const ownerPool = new pg.Pool({ ...shared, connectionString: ownerUrl ?? url, max: OWNER_POOL_SIZE });
  const pools = [queryPool, feedPool, identityPool, ownerPool];
  for (const pool of pools) reportLostConnections(pool, options.onConnectionLost);

  const prisma = openPrisma({
    adapter: new PrismaPg(queryPool),
    transactionOptions: {
      isolationLevel: 'ReadCommitted',
      // Waiting for its turn, and then for a new connection.
      maxWait: 2 * CONNECT_TIMEOUT_MS + PRISMA_MARGIN_MS,
      timeout: options.statementTimeoutMs + PRISMA_MARGIN_MS,
    },
  });
  const statements = new PreparedStatements();
  const prepared = { statementNameGenerator: ({ sql }: { readonly sql: string }) => statements.nameOf(sql) };
  const identityPrisma = openPrisma({ adapter: new PrismaPg(identityPool, prepared) });
  const close = async (): Promise<void> => {
    // This leaves the pools open.
    await Promise.all([prisma.$disconnect(), identityPrisma.$disconnect()]);
    await Promise.all(pools.map((pool) => pool.end()));
  };
  const opened = { prisma, feedPool, queryPool, identityPrisma, identityPool, ownerPool };
  return { ...opened, isEmbedded: false, appliedMigrations, close };
}

async function openEmbedded(options: DatabaseOptions): Promise<Database> {
  const embedded = await startEmbeddedPostgres(options.dataDir);
  reportLostConnections(embedded.pool, options.onConnectionLost);
  let appliedMigrations: string[];
  try {
    const client = await embedded.pool.connect();
    try {
      appliedMigrations = await migrate(client, options.migrationsFolder);
    } finally {
      client.release(true); // a migration may have changed settings of its session
    }
  } catch (error) {
    await embedded.close();
    throw error;
  }

  const prisma = openPrisma({
    adapter: new PrismaPg(embedded.pool),
    transactionOptions: EMBEDDED_TRANSACTIONS,
  });
  const close = async (): Promise<void> => {
    await prisma.$disconnect();
    await embedded.close();
  };
  const { pool } = embedded;
  // No serving role here: only this process can reach the database, and the user who runs it can write its files.
  return {
    prisma,
    feedPool: pool,
    queryPool: pool,
    identityPrisma: prisma,
    identityPool: pool,
    ownerPool: pool,
    isEmbedded: true,
    appliedMigrations,
    close,
  };
}

/**
 * Listens on every connection and not only on the pool: the pool reports only idle connections, and a connection that
 * breaks while it is borrowed but between two statements would end the process with an unhandled error.
 */
function reportLostConnections(pool: pg.Pool, report: ((error: Error) => void) | undefined): void {
  pool.on('connect', (client) => client.on('error', (error) => report?.(error)));
  pool.on('error', () => {
    // Its connection has reported the error; without a listener the process would end.
  });
}
