import { randomUUID } from 'node:crypto';
import { runSql, urlOfDatabase } from './servers/run-sql.ts';

/** A database of one suite, on the real PostgreSQL. */
export interface TestDatabase {
  url: string;
  /** Deletes it, and ends all connections to it. */
  drop(): Promise<void>;
}

/** Creates a migrated, empty database by copying the template, in about 50 ms. Needs TEST_DATABASE_URL. */
export async function aDatabase(): Promise<TestDatabase> {
  return cloneDatabase(requireEnv('TEST_DATABASE_TEMPLATE'));
}

/** Copies a database that nothing is connected to. */
export function aCopyOf(database: Pick<TestDatabase, 'url'>): Promise<TestDatabase> {
  return cloneDatabase(nameOf(database));
}

/** The name of a database. */
export function nameOf({ url }: Pick<TestDatabase, 'url'>): string {
  return new URL(url).pathname.slice(1);
}

/** Creates a database without any table. Needs TEST_DATABASE_URL. */
export async function anEmptyDatabase(): Promise<TestDatabase> {
  return cloneDatabase('template0');
}

/** The files are copied as they are: through the write-ahead log it takes the server three times as long. */
async function cloneDatabase(template: string): Promise<TestDatabase> {
  const server = requireEnv('TEST_DATABASE_URL');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`);
  return {
    url: urlOfDatabase(server, name),
    drop: () => runSql(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Reads a variable that is set where the test run has a PostgreSQL. */
export function requireEnv(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; this suite belongs inside describeOnPostgres`);
  return value;
}
