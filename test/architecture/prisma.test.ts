import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { columnNamesOf, type Model } from '../../src/core/rows/models.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { MODELS } from '../../src/generated/models.ts';
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

/** Converts the name of a model or field to the name of its table or column. A different mapping is a mistake. */
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
      // Prisma does not ask for NOT NULL on a list: an absent list is an empty one.
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

test('the generated client and the models that Pothos knows agree', () => {
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

/** A fold is neither in rows nor in images: only the database reads it. */
const isFold = (name: string) => name.endsWith('Fold');

test('every text of an entity has a fold beside it', () => {
  const texts = Object.entries(MODELS).flatMap(([model, { columns }]) =>
    Object.entries(columns as Model['columns'])
      .filter(([, { kind, isList }]) => kind === 'text' && !isList && 'version' in columns)
      .map(([name, { isFolded }]) => ({ name: `${model}.${name}`, isFolded })),
  );
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter(({ isFolded }) => !isFolded)).toEqual([]);
});

test('the recipes know every table and column of the client', () => {
  const generated = Object.entries(MODELS).map(([model, { table, columns }]) => ({
    model,
    table,
    columns: Object.keys(columns),
  }));
  const expected = models.map(([model, { fields }]) => ({
    model,
    table: snakeCase(model),
    columns: fields.filter(({ kind, name }) => kind !== 'object' && !isFold(name)).map(({ name }) => name),
  }));
  const byModel = (one: { model: string }, other: { model: string }) => one.model.localeCompare(other.model);
  expect(generated.toSorted(byModel)).toEqual(expected.toSorted(byModel));
});

// An image contains every column of its table but the folds, so a secret in a column would be in the log.
test('no entity has a column that is named like a secret', () => {
  const secrets = [...entities.values()].flatMap(({ name }) =>
    columnNamesOf(name)
      .filter(
        (column) =>
          /password|secret|hash|token|credential/i.test(column) && !/At$|^has|^apiTokenId$/.test(column),
      )
      .map((column) => `${name}.${column}`),
  );
  expect(secrets).toEqual([]);
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

  test('compares folds byte by byte, whatever its locale is', async () => {
    const { rows } = await client.query<{ column: string; collation: string | null }>(`
      SELECT table_name || '.' || column_name AS "column", collation_name AS collation
      FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%\\_fold'`);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(({ collation }) => collation !== 'C')).toEqual([]);
  });

  test('bounds every amount of money by what JSON holds exactly', async () => {
    const { rows } = await client.query<{ amount: string; type: string; isBounded: boolean }>(`
      SELECT table_name || '.' || column_name AS amount, data_type AS type,
        EXISTS (SELECT FROM pg_constraint WHERE contype = 'c' AND conrelid = table_name::regclass
          AND pg_get_constraintdef(oid) ~ (column_name || ' <= .*9007199254740991')) AS "isBounded"
      FROM information_schema.columns WHERE table_schema = 'public' AND column_name LIKE '%\\_minor'`);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.filter(({ type, isBounded }) => type !== 'bigint' || !isBounded)).toEqual([]);
    const known = Object.values(MODELS).flatMap(({ table, columns }) =>
      Object.entries(columns as Model['columns'])
        .filter(([, { kind }]) => kind === 'minorUnits')
        .map(([name]) => `${table}.${snakeCase(name)}`),
    );
    expect(known.toSorted()).toEqual(rows.map(({ amount }) => amount).toSorted());
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

  test('keeps rows that others refer to, by exactly the references that the recipes know', async () => {
    const { rows } = await client.query<{ holder: string; column: string; held: string }>(`
      SELECT holder.relname AS holder, attname AS "column", held.relname AS held
      FROM pg_constraint
      JOIN pg_class holder ON holder.oid = conrelid JOIN pg_class held ON held.oid = confrelid
      JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
      WHERE contype = 'f' AND confdeltype = 'r'`);
    const known = Object.values(MODELS).flatMap(({ table, holds }) =>
      Object.entries(holds).map(([column, held]) => `${table}.${snakeCase(column)} → ${snakeCase(held)}`),
    );
    expect(known.toSorted()).toEqual(
      rows.map(({ holder, column, held }) => `${holder}.${column} → ${held}`).toSorted(),
    );
  });

  test('has the unique indexes by which rooms refuse what is taken, and those of names on the columns that are compared', async () => {
    const { rows } = await client.query<{ name: string; columns: string[] }>(`
      SELECT relname AS name, array_agg(attname::text ORDER BY position) AS columns
      FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      CROSS JOIN unnest(indkey) WITH ORDINALITY AS keys (key, position)
      JOIN pg_attribute ON attrelid = indrelid AND attnum = key
      WHERE indisunique GROUP BY relname`);
    const inDatabase = new Map(rows.map(({ name, columns }) => [name, columns]));
    const refused = [...entities.values()].flatMap(({ unique = {} }) => Object.keys(unique));
    const named = Object.values(MODELS as Readonly<Record<string, Model>>).flatMap(
      ({ columns, uniqueNames }) =>
        Object.entries(uniqueNames).map(([name, of]) => [
          name,
          of.map((column) => columns[column]?.dbName ?? column),
        ]),
    );
    expect(refused.filter((name) => !inDatabase.has(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
    expect(named).toEqual(named.map(([name]) => [name, inDatabase.get(String(name))]));
  });

  test('checks at COMMIT the references that reactions clear', async () => {
    const { rows } = await client.query<{ name: string; isDeferred: boolean }>(
      `SELECT conname AS name, condeferred AS "isDeferred" FROM pg_constraint
      WHERE contype = 'f' AND confdeltype = 'a'`,
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(({ isDeferred }) => !isDeferred)).toEqual([]);
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
