// The suites that need real servers find them in TEST_DATABASE_URL and TEST_REDIS_URL. A developer or CI may set
// these; otherwise we start servers of our own, and install them first if that is possible.

import pg from 'pg';
import { MIGRATIONS_FOLDER } from '../../src/db/migration-files.ts';
import { applyMigrations } from '../../src/db/migrations.ts';
import { installPackages, isInstalled } from './servers/install-servers.ts';
import { findPostgresPrograms } from './servers/postgres-programs.ts';
import { startPostgres } from './servers/postgres-server.ts';
import { startRedis } from './servers/redis-server.ts';
import { runSql, urlOfDatabase } from './servers/run-sql.ts';

const undo: (() => Promise<void>)[] = [];

/** Provides the servers and a migrated template database, or prints which suites are skipped: with CI=true, fails. */
export async function provideServers(): Promise<void> {
  const hasPostgres = (): boolean => Boolean(process.env.TEST_DATABASE_URL ?? findPostgresPrograms());
  const hasRedis = (): boolean => Boolean(process.env.TEST_REDIS_URL) || isInstalled('redis-server');
  const missing = [...(hasPostgres() ? [] : ['postgresql']), ...(hasRedis() ? [] : ['redis-server'])];
  const tools = ['haproxy', 'openssl'];
  missing.push(...tools.filter((tool) => !isInstalled(tool)));
  if (missing.length > 0) installPackages(missing);
  for (const tool of tools) if (!isInstalled(tool)) skip(tool, 'PATH');
  if (!hasPostgres()) skip('PostgreSQL', 'TEST_DATABASE_URL');
  if (!hasRedis()) skip('Redis', 'TEST_REDIS_URL');
  await Promise.all([hasPostgres() && providePostgres(), hasRedis() && provideRedis()]);
}

/** Undoes `provideServers`. Servers that ran before keep running. */
export async function releaseServers(): Promise<void> {
  for (const step of undo.reverse()) await step();
}

function skip(server: string, variable: string): void {
  const message = `NO ${server.toUpperCase()}: every suite that needs it is skipped. Install it or set ${variable}.`;
  if (process.env.CI === 'true') throw new Error(message);
  process.stderr.write(`\n*** ${message} ***\n\n`);
}

async function provideRedis(): Promise<void> {
  if (process.env.TEST_REDIS_URL) return;
  const redis = await startRedis();
  undo.push(() => redis.stop());
  process.env.TEST_REDIS_URL = redis.url;
}

async function providePostgres(): Promise<void> {
  if (!process.env.TEST_DATABASE_URL) {
    const postgres = await startPostgres();
    undo.push(() => postgres.remove());
    process.env.TEST_DATABASE_URL = postgres.url();
  }
  await createTemplate(process.env.TEST_DATABASE_URL);
}

/** The name contains our process id, for a server that several test runs share. */
async function createTemplate(url: string): Promise<void> {
  const template = `lockstep_template_${process.pid}`;
  await runSql(url, `CREATE DATABASE ${template}`);
  undo.push(() => dropAll(url, template));
  process.env.TEST_DATABASE_TEMPLATE = template;
  const client = new pg.Client({ connectionString: urlOfDatabase(url, template) });
  await client.connect();
  try {
    await applyMigrations(client, MIGRATIONS_FOLDER);
  } finally {
    await client.end();
  }
}

/** Drops the template, and those that test files made beside it. */
async function dropAll(url: string, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT datname AS name FROM pg_database WHERE datname = $1 OR starts_with(datname, $1 || '_')",
      [template],
    );
    for (const { name } of rows) await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}
