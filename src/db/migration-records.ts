import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Migration } from './migration-files.ts';

/** The columns of Prisma's table of migrations that are used here. */
export interface MigrationRecord {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
}

/** Prisma's own definition (schema-engine, `sql-migration-connector`), column for column. */
const CREATE_RECORDS = `
  CREATE TABLE "_prisma_migrations" (
    "id"                  VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"            VARCHAR(64) NOT NULL,
    "finished_at"         TIMESTAMPTZ,
    "migration_name"      VARCHAR(255) NOT NULL,
    "logs"                TEXT,
    "rolled_back_at"      TIMESTAMPTZ,
    "started_at"          TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count" INTEGER NOT NULL DEFAULT 0
  )`;

/**
 * Creates the table of migrations if it is missing. Checks first, so that a role that may not create tables can still
 * start.
 */
export async function ensureRecords(client: pg.ClientBase): Promise<void> {
  if (!(await hasRecords(client))) await client.query(CREATE_RECORDS);
}

/** Whether the database has the table of migrations. */
export async function hasRecords(client: pg.ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS exists`,
  );
  return rows[0]?.exists ?? false;
}

/** Reads all records, oldest first. */
export async function readRecords(client: pg.ClientBase): Promise<MigrationRecord[]> {
  const { rows } = await client.query<MigrationRecord>(
    'SELECT migration_name, checksum, finished_at, rolled_back_at, logs FROM "_prisma_migrations" ORDER BY started_at',
  );
  return rows;
}

/** Makes the statement that records a success. It contains its values, because it is sent as part of the script. */
export function recordSuccessSql({ name, checksum }: Migration): string {
  const values = [randomUUID(), checksum, name].map((value) => pg.escapeLiteral(value)).join(', ');
  return `INSERT INTO "_prisma_migrations" (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
          VALUES (${values}, now(), clock_timestamp(), 1)`;
}

/** Records that a migration failed, and why; later starts refuse until the row is gone or marked as rolled back. */
export async function recordFailure(
  client: pg.ClientBase,
  { name, checksum }: Migration,
  reason: string,
): Promise<void> {
  await client.query(
    'INSERT INTO "_prisma_migrations" (id, checksum, migration_name, logs) VALUES ($1, $2, $3, $4)',
    [randomUUID(), checksum, name, reason],
  );
}
