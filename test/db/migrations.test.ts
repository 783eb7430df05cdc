import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { StartError } from '../../src/core/process/start-error.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts';
import { applyMigrations } from '../../src/db/migrations.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { anEmptyDatabase } from '../support/test-database.ts';

/** Opens a connection to a database without tables; `again` opens another one to the same database. */
interface Home {
  connect(): Promise<pg.Client | pg.PoolClient>;
  leave(): Promise<void>;
}

async function onPostgres(): Promise<Home> {
  const database = await anEmptyDatabase();
  const clients: pg.Client[] = [];
  return {
    connect: async () => {
      const client = new pg.Client({ connectionString: database.url });
      clients.push(client);
      await client.connect();
      return client;
    },
    leave: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await database.drop();
    },
  };
}

async function onEmbedded(): Promise<Home> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-migrations-'));
  const database = await startEmbeddedPostgres(dataDir);
  const client = await database.pool.connect();
  return {
    connect: async () => client,
    leave: async () => {
      client.release();
      await database.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

const FIRST = "CREATE TABLE fruit (name text); INSERT INTO fruit VALUES ('apple');\n";
const SECOND = "DO $$ BEGIN PERFORM 1; INSERT INTO fruit VALUES ('pear'); END $$ -- ends in a comment";
const BROKEN = "INSERT INTO fruit VALUES ('rotten'); SELECT 1 / 0;";

for (const [name, describeHere, open] of [
  ['PostgreSQL', describeOnPostgres, onPostgres],
  ['the embedded database', describe, onEmbedded],
] as const) {
  describeHere(`migrations on ${name}`, () => {
    let home: Home;
    let client: pg.Client | pg.PoolClient;
    let folder: string;

    const write = async (migration: string, sql: string): Promise<void> => {
      await mkdir(path.join(folder, migration), { recursive: true });
      await writeFile(path.join(folder, migration, 'migration.sql'), sql);
    };
    const fruit = async (): Promise<string[]> =>
      (await client.query('SELECT name FROM fruit ORDER BY name')).rows.map((row) => row.name);

    beforeAll(async () => {
      home = await open();
      client = await home.connect();
    });
    afterAll(() => home.leave());
    beforeEach(async () => {
      await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
      folder = await mkdtemp(path.join(tmpdir(), 'lockstep-scripts-'));
      await write('20260101000000_first', FIRST);
    });
    afterEach(() => rm(folder, { recursive: true }));

    test('a migration that was edited after it was applied is refused', async () => {
      await applyMigrations(client, folder);
      await write('20260101000000_first', `${FIRST}-- a harmless comment\n`);

      await expect(applyMigrations(client, folder)).rejects.toThrow(
        new StartError(
          'The migration 20260101000000_first was edited after it was applied to this database; ' +
            'restore the file and write a new migration instead.',
        ),
      );
    });

    test('a failing script changes nothing, is recorded, and blocks all later ones', async () => {
      await write('20260102000000_broken', BROKEN);
      await write('20260103000000_second', SECOND);

      await expect(applyMigrations(client, folder)).rejects.toThrow(
        'The migration 20260102000000_broken failed and was rolled back: division by zero.',
      );
      await write('20260102000000_broken', 'SELECT 1'); // repaired, but the record of the failure remains
      await expect(applyMigrations(client, folder)).rejects.toThrow(
        /^The migration 20260102000000_broken failed earlier and blocks all later ones \(division by zero\)/,
      );
      expect(await fruit()).toEqual(['apple']);

      await client.query('DELETE FROM "_prisma_migrations" WHERE finished_at IS NULL');
      expect(await applyMigrations(client, folder)).toEqual([
        '20260102000000_broken',
        '20260103000000_second',
      ]);
      expect(await fruit()).toEqual(['apple', 'pear']);
    });

    test('a failing script with a transaction of its own does not roll back the record of its failure', async () => {
      await write('20260102000000_broken', `BEGIN; ${BROKEN}`);
      await expect(applyMigrations(client, folder)).rejects.toThrow(/division by zero/);
      await expect(applyMigrations(client, folder)).rejects.toThrow(/failed earlier/);
      expect(await fruit()).toEqual(['apple']);
    });

    test('applied migrations are not applied again, and new ones are applied in the order of their names', async () => {
      expect(await applyMigrations(client, folder)).toEqual(['20260101000000_first']);
      await write('20260103000000_third', "UPDATE fruit SET name = name || '!'");
      await write('20260102000000_second', SECOND);
      expect(await applyMigrations(client, folder)).toEqual([
        '20260102000000_second',
        '20260103000000_third',
      ]);
      expect(await applyMigrations(client, folder)).toEqual([]);
      expect(await fruit()).toEqual(['apple!', 'pear!']);
    });

    test('the records are equal to those that Prisma writes', async () => {
      await applyMigrations(client, folder);
      const { rows } = await client.query(
        'SELECT *, finished_at >= started_at AS in_order FROM "_prisma_migrations"',
      );
      expect(rows).toEqual([
        {
          id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          checksum: createHash('sha256').update(FIRST).digest('hex'),
          finished_at: expect.any(Object),
          migration_name: '20260101000000_first',
          logs: null,
          rolled_back_at: null,
          started_at: expect.any(Object),
          applied_steps_count: 1,
          in_order: true,
        },
      ]);
    });
  });
}

describeOnPostgres('several servers that start together', () => {
  test('apply each migration once', async () => {
    const home = await onPostgres();
    const folder = await mkdtemp(path.join(tmpdir(), 'lockstep-scripts-'));
    await mkdir(path.join(folder, '20260101000000_slow'));
    await writeFile(
      path.join(folder, '20260101000000_slow', 'migration.sql'),
      `SELECT pg_sleep(0.2); ${FIRST}`,
    );
    const clients = await Promise.all([1, 2, 3, 4].map(() => home.connect()));

    const applied = await Promise.all(clients.map((client) => applyMigrations(client, folder)));

    expect(applied.flat()).toEqual(['20260101000000_slow']);
    await home.leave();
    await rm(folder, { recursive: true });
  });
});
