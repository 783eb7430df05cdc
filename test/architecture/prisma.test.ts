import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { getDatamodel } from '../../src/generated/pothos.ts';
import { Prisma } from '../../src/generated/prisma/client.ts';
import * as enums from '../../src/generated/prisma/enums.ts';
import { entities } from '../../src/rooms.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aDatabase, type TestDatabase } from '../support/test-database.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Column {
  readonly table: string;
  readonly column: string;
  readonly isRequired: boolean;
}

/** Tables and columns have the names of models and fields in snake case: one that is mapped otherwise is a slip. */
function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase();
}

const models = Object.entries(getDatamodel().datamodel.models);

const modelled: Column[] = models.flatMap(([model, { fields }]) =>
  fields
    .filter(({ kind }) => kind !== 'object')
    .map(({ name, isRequired, isList }) => ({
      table: snakeCase(model),
      column: snakeCase(name),
      // Prisma never asks for NOT NULL on a list: an absent one is an empty one.
      isRequired: isRequired && !isList,
    })),
);

const inOrder = (columns: readonly Column[]) =>
  columns.map(({ table, column, isRequired }) => `${table}.${column}${isRequired ? '' : '?'}`).toSorted();

test('the models have no change that the migrations do not cover', async () => {
  const check = promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', 'scripts/migration.ts', '--check'],
    {
      cwd: ROOT,
    },
  );
  await expect(check).resolves.toMatchObject({ stdout: 'The models and the migrations agree.\n' });
});

test('the generated client and what Pothos was told have the same models', () => {
  const ofPothos = models.map(([model, { fields }]) => ({
    model,
    columns: fields.filter(({ kind }) => kind !== 'object').map(({ name }) => name),
  }));
  const ofClient = Object.values(Prisma.ModelName).map((model) => {
    const columns = (Prisma as unknown as Record<string, object>)[`${model}ScalarFieldEnum`] ?? {};
    return { model, columns: Object.values(columns) };
  });
  const byModel = (one: { model: string }, other: { model: string }) => one.model.localeCompare(other.model);
  expect(ofClient.toSorted(byModel)).toEqual(ofPothos.toSorted(byModel));
});

test('an entity of the change log is a model, and its columns are columns of it', () => {
  const columnsOf = new Map(models.map(([model, { fields }]) => [model, fields.map(({ name }) => name)]));
  const strange = [...entities.values()].flatMap(({ name, table, columns, times }) => [
    ...(table === snakeCase(name) ? [] : [`table ${table}`]),
    ...[...columns, ...times]
      .filter((column) => !columnsOf.get(name)?.includes(column))
      .map((column) => `${name}.${column}`),
  ]);
  expect(strange).toEqual([]);
});

test('an image has every column of its table, and its times are the columns that hold times', () => {
  const faults = [...entities.values()].flatMap(({ name, columns, times }) => {
    const fields = models.find(([model]) => model === name)?.[1].fields ?? [];
    const stored = fields.filter(({ kind }) => kind !== 'object');
    const missing = stored.filter((field) => !columns.includes(field.name as never));
    const holdingTimes = stored.filter(({ type }) => type === 'DateTime').map((field) => field.name);
    return [
      ...missing.map((field) => `${name}.${field.name} is in no image`),
      ...(holdingTimes.toSorted().join() === times.toSorted().join()
        ? []
        : [`${name} has the times ${holdingTimes}`]),
    ];
  });
  expect(faults).toEqual([]);
});

describeOnPostgres('a database that was built by the migrations', () => {
  let home: TestDatabase;
  let database: Database;
  let client: pg.Client;

  beforeAll(async () => {
    home = await aDatabase();
    database = await openDatabase({ url: home.url, dataDir: '', poolSize: 2, statementTimeoutMs: 10_000 });
    client = new pg.Client({ connectionString: home.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.close();
    await home.drop();
  });

  test('has exactly the tables and columns of the models', async () => {
    const { rows } = await client.query<Column>(`
      SELECT table_name AS "table", column_name AS "column",
        is_nullable = 'NO' AND data_type <> 'ARRAY' AS "isRequired"
      FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`);
    expect(inOrder(rows)).toEqual(inOrder(modelled));
  });

  test('has the values of every enum in the order of the models, by which lists are paged', async () => {
    const { rows } = await client.query<{ name: string; values: string[] }>(`
      SELECT typname AS name, array_agg(enumlabel::text ORDER BY enumsortorder) AS values
      FROM pg_enum JOIN pg_type ON pg_type.oid = enumtypid GROUP BY typname`);
    const modelledEnums = Object.entries(enums).map(([name, values]) => [
      snakeCase(name),
      Object.values(values),
    ]);
    expect(Object.fromEntries(rows.map(({ name, values }) => [name, values]))).toEqual(
      Object.fromEntries(modelledEnums),
    );
  });

  test('can be read through every model of the client', async () => {
    const ofThePlatform: string[] = [Prisma.ModelName.FeedHead, Prisma.ModelName.Projection];
    for (const model of Object.values(Prisma.ModelName)) {
      const delegate = model.charAt(0).toLowerCase() + model.slice(1);
      const { findFirst } = (database.prisma as unknown as Record<string, { findFirst(): Promise<unknown> }>)[
        delegate
      ] as { findFirst(): Promise<unknown> };
      await expect(findFirst()).resolves.toEqual(ofThePlatform.includes(model) ? expect.anything() : null);
    }
  });

  test('numbers changes at COMMIT: the trigger is there, and deferred', async () => {
    const { rows } = await client.query(
      "SELECT tgdeferrable, tginitdeferred FROM pg_trigger WHERE tgname = 'assign_seq' AND NOT tgisinternal",
    );
    expect(rows).toEqual([{ tgdeferrable: true, tginitdeferred: true }]);
  });
});
