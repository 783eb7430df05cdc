// Applies prisma/migrations without Prisma's native engine, which would have to be downloaded. Folder format, advisory
// lock and table are those of Prisma, so `prisma migrate` can take over at any time.
//
// In one respect it is safer than Prisma: a script and the row that records it are one transaction. If they were
// written separately, a process killed between the two would leave an applied migration that looks failed and blocks
// every later start. The price: a script cannot contain statements that PostgreSQL refuses inside a transaction, such
// as CREATE INDEX CONCURRENTLY.

import type pg from 'pg';
import { StartError } from '../core/process/start-error.ts';
import { errorCode, errorMessage } from '../lib/error-facts.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import {
  ensureRecords,
  hasRecords,
  type MigrationRecord,
  readRecords,
  recordFailure,
  recordSuccessSql,
} from './migration-records.ts';

/** The key that `prisma migrate` locks, so that it and several starting servers take turns. */
const ADVISORY_LOCK = 72707369;
const LOCK_TIMEOUT_MS = 60_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Applies the migrations of `folder` that the database does not have yet, oldest first, and returns their names.
 *
 * `client` must be one connection, not a pool. Any number of processes may call this concurrently: one applies the
 * migrations, the others wait and find nothing to do. Throws StartError if a migration fails now or has failed before,
 * or if an applied one was edited since. A migration that fails leaves only the record of its failure.
 */
export async function applyMigrations(client: pg.ClientBase, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  await takeTurn(client);
  try {
    await ensureRecords(client);
    const pending = selectPending(migrations, await readRecords(client));
    for (const migration of pending) await apply(client, migration);
    return pending.map((migration) => migration.name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]);
  }
}

/** The names of the migrations that `applyMigrations` would apply, with the same errors; changes nothing. */
export async function pendingMigrations(client: pg.ClientBase, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder);
  const records = (await hasRecords(client)) ? await readRecords(client) : [];
  return selectPending(migrations, records).map(({ name }) => name);
}

async function takeTurn(client: pg.ClientBase): Promise<void> {
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query('SELECT pg_advisory_lock($1)', [ADVISORY_LOCK]);
    await client.query('RESET lock_timeout');
  } catch (error) {
    if (errorCode(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new StartError(
      `Another process has been migrating this database for ${LOCK_TIMEOUT_MS / 1000} seconds; wait for it to finish.`,
    );
  }
}

function selectPending(migrations: Migration[], records: MigrationRecord[]): Migration[] {
  const current = records.filter((record) => record.rolled_back_at === null);
  const failed = current.find((record) => record.finished_at === null);
  if (failed) {
    throw new StartError(
      `The migration ${failed.migration_name} failed earlier and blocks all later ones (${failed.logs ?? 'no reason recorded'}). ` +
        `Repair its cause, delete its row from the table _prisma_migrations, and start again.`,
    );
  }
  const checksums = new Map(current.map((record) => [record.migration_name, record.checksum]));
  return migrations.filter(({ name, checksum }) => {
    const applied = checksums.get(name);
    if (applied !== undefined && applied !== checksum) {
      throw new StartError(
        `The migration ${name} was edited after it was applied to this database; restore the file and write a new migration instead.`,
      );
    }
    return applied === undefined;
  });
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  try {
    // One text without parameters is one round trip, and PostgreSQL runs it as one transaction.
    await client.query(`${migration.sql}\n;\n${recordSuccessSql(migration)}`);
  } catch (error) {
    const reason = errorMessage(error);
    await client.query('ROLLBACK'); // in case the script opened a transaction itself
    await recordFailure(client, migration, reason);
    throw new StartError(`The migration ${migration.name} failed and was rolled back: ${reason}.`, {
      cause: error,
    });
  }
}
