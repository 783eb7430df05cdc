import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { StartError } from '../../src/core/process/start-error.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../../src/db/database.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { findFreePort } from '../support/servers/free-port.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { startTcpProxy } from '../support/servers/tcp-proxy.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';

const OPTIONS: DatabaseOptions = { dataDir: 'unused', poolSize: 2, statementTimeoutMs: 5_000 };

async function refusal(url: string): Promise<string> {
  const error = await openDatabase({ ...OPTIONS, url }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartError);
  return error instanceof StartError ? error.message : '';
}

describe('a database that cannot be reached', () => {
  test('is named by host, port and database, without the password', async () => {
    const port = await findFreePort();
    expect(await refusal(`postgres://ada:s3cret@127.0.0.1:${port}/orders`)).toBe(
      `Cannot connect to PostgreSQL at 127.0.0.1:${port}, database "orders": nothing listens there.`,
    );
    expect(await refusal('postgres://ada:s3cret@no-such-host.invalid/orders')).toMatch(
      /^Cannot connect to PostgreSQL at no-such-host.invalid:5432, database "orders"/,
    );
  });

  test('fails after five seconds when it accepts and never answers', async () => {
    const proxy = await startTcpProxy(1);
    proxy.swallow(true);
    expect(await refusal(`postgres://ada:s3cret@127.0.0.1:${proxy.port}/orders`)).toContain(
      `127.0.0.1:${proxy.port}`,
    );
    await proxy.stop();
  });

  test.each([
    'postgres://ada:12/34@host/orders',
    'postgres://ada:12#34@host/orders',
    'postgres://ada:12?34@host/orders',
    'postgres://ada:%zz34@host:port/orders',
    'mysql://ada:1234@host/orders',
    'ada:1234@host/orders',
  ])('does not reveal any part of a password that makes the URL invalid (%s)', async (url) => {
    const message = await refusal(url);
    expect(message).toMatch(/^DATABASE_URL is not a PostgreSQL URL/);
    expect(message).not.toMatch(/12|34/);
  });
});

describeOnPostgres('on a PostgreSQL server', () => {
  let home: TestDatabase;
  let database: Database | undefined;

  beforeEach(async () => {
    home = await aDatabase();
  });
  afterEach(async () => {
    await database?.close();
    database = undefined;
    await home.drop();
  });

  const open = async (options: Partial<DatabaseOptions> = {}): Promise<Database> => {
    database = await openDatabase({ ...OPTIONS, url: home.url, ...options });
    return database;
  };

  test('a database that may lose acknowledged writes is refused', async () => {
    await runSql(
      home.url,
      `ALTER DATABASE "${new URL(home.url).pathname.slice(1)}" SET synchronous_commit = off`,
    );
    expect(await refusal(home.url)).toMatch(/has synchronous_commit off: an acknowledged write could vanish/);
  });

  test('a database that does not exist is named', async () => {
    expect(await refusal(home.url.replace(/test_\w+/, 'nowhere'))).toMatch(
      /database "nowhere": the database does not exist\.$/,
    );
  });

  test('a statement through Prisma ends at its time limit', async () => {
    const { prisma } = await open({ statementTimeoutMs: 1_000 });
    await expect(prisma.$queryRaw`SELECT 1 FROM pg_sleep(20)`).rejects.toThrow(/statement timeout/);
  });

  test('queries that occupy every connection of Prisma do not block reads of the change log', async () => {
    const { prisma, feedPool } = await open({ poolSize: 1 });
    const seen = await prisma.$transaction(async () => (await feedPool.query('SELECT 1 AS one')).rows);
    expect(seen).toEqual([{ one: 1 }]);
  });

  test('a lost connection is reported and replaced, also one lost in the middle of a transaction', async () => {
    const lost: Error[] = [];
    const { prisma, feedPool } = await open({ onConnectionLost: (error) => lost.push(error) });
    await feedPool.query('SELECT 1');
    const borrowed = prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1`;
      await runSql(
        home.url,
        // Waits for each to end; otherwise one that is about to end would count as good below.
        `SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'lockstep'`,
      );
      await tx.$queryRaw`SELECT 1`;
    });

    await expect(borrowed).rejects.toThrow();
    // The idle connection must notice its end before it is borrowed.
    while (feedPool.idleCount > 0) await setImmediate();
    expect((await feedPool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await prisma.$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    expect(lost.map((error) => error.message)).toContain(
      'terminating connection due to administrator command',
    );
  });
});

describe('on the embedded database', () => {
  let dataDir: string;
  let database: Database;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-database-'));
    database = await openDatabase({ ...OPTIONS, dataDir });
  });
  afterAll(async () => {
    await database.close();
    await rm(dataDir, { recursive: true });
  });

  test('a second process on the same directory is refused', async () => {
    await expect(openDatabase({ ...OPTIONS, dataDir })).rejects.toThrow(
      /is in use by another Lockstep process/,
    );
  });

  test('an interactive transaction that throws changes nothing', async () => {
    const { prisma, feedPool } = database;
    await prisma.$executeRaw`CREATE TABLE note (n int)`;
    const failing = prisma.$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO note VALUES (1)`;
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect((await feedPool.query('SELECT n FROM note')).rows).toEqual([]);
  });

  test('fifty simultaneous interactive transactions all succeed', async () => {
    const { prisma, isEmbedded } = database;
    await prisma.$executeRaw`CREATE TABLE tally AS SELECT 0 AS total`;
    const addOne = () => prisma.$transaction((tx) => tx.$executeRaw`UPDATE tally SET total = total + 1`);
    await Promise.all(Array.from({ length: 50 }, addOne));
    expect(isEmbedded).toBe(true);
    expect(await prisma.$queryRaw`SELECT total FROM tally`).toEqual([{ total: 50 }]);
  });
});
