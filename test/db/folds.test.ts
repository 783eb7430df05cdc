import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matches, type Where } from '../../src/core/rights/where.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { toPrismaWhere } from '../../src/db/prisma-where.ts';
import type { Customer } from '../../src/generated/prisma/client.ts';
import { sortKey } from '../../src/graph/inputs/order-input.ts';
import { readTablePage } from '../../src/graph/pages/row-page.ts';
import { fold } from '../../src/lib/fold.ts';
import { customerEntity } from '../../src/modules/customers/customers.changes.ts';
import { describeOnPostgres, describeWithOwnPostgres } from '../support/real-servers.ts';
import { type PostgresServer, startPostgres } from '../support/servers/postgres-server.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aDatabase } from '../support/test-database.ts';

/** Every run draws the same values, so that a failure is reproducible. */
const SEED = 20_261_129;
const BATCHES = 1_200;

// Any character, and often one of those that meet in a fold, in LIKE or in a locale.
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'aAäÄsSßẞΣσςiIİıKkﬁ%_\\ '),
      fc.constantFrom('\u0308', '\u200b', '\u212a', 'e\u0301', '字', '🏠'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }).filter((one) => one !== '\0'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));

const search = fc.oneof(text, fc.constantFrom('a', 's', 'σ', 'i', 'k'));

const WORLDS: { name: string; describe: typeof describeWithOwnPostgres; open: () => Promise<World> }[] = [
  { name: 'the embedded database', describe: describe as typeof describeWithOwnPostgres, open: embedded },
  ...[
    { name: 'C', initdb: ['--locale=C'] },
    { name: 'C.UTF-8', initdb: ['--locale=C.UTF-8'] },
    { name: 'ICU for Turkish', initdb: ['--locale-provider=icu', '--icu-locale=tr', '--locale=C.UTF-8'] },
  ].map(({ name, initdb }) => ({
    name: `PostgreSQL with the locale ${name}`,
    describe: describeWithOwnPostgres,
    open: () => ownPostgres(initdb),
  })),
];

interface World {
  readonly database: Database;
  close(): Promise<void>;
}

async function embedded(): Promise<World> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'lockstep-folds-'));
  const database = await openDatabase({ dataDir, poolSize: 1, statementTimeoutMs: 10_000 });
  return {
    database,
    async close() {
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function ownPostgres(initdb: readonly string[]): Promise<World> {
  const server: PostgresServer = await startPostgres(initdb);
  const database = await openDatabase({
    url: server.url(),
    dataDir: '',
    poolSize: 2,
    statementTimeoutMs: 10_000,
  });
  return {
    database,
    async close() {
      await database.close();
      await server.remove();
    },
  };
}

async function aTenant({ prisma }: Database): Promise<string> {
  const { id: organizationId } = await prisma.organization.create({ data: { name: 'Acme', slug: 'acme' } });
  const { id } = await prisma.tenant.create({ data: { name: 'Acme', slug: 'acme', organizationId } });
  return id;
}

for (const world of WORLDS) {
  world.describe(`in ${world.name}`, () => {
    let database: Database;
    let close: () => Promise<void>;
    let rows: Customer[];

    beforeAll(async () => {
      ({ database, close } = await world.open());
      const tenantId = await aTenant(database);
      const data = fc
        .sample(fc.record({ company: text, phone: fc.option(text) }), { seed: SEED, numRuns: 300 })
        .map((row) => ({ ...row, contactName: '', email: '', tenantId }));
      rows = await database.prisma.customer.createManyAndReturn({ data });
    }, 120_000);

    afterAll(() => close());

    test('6: a search of any text finds in the table, its count and in memory the same rows', async () => {
      await fc.assert(
        fc.asyncProperty(
          search,
          fc.boolean(),
          fc.constantFrom('company', 'phone'),
          async (sought, isNot, column) => {
            const one = { [column]: { contains: sought, ...(column === 'phone' && { not: null }) } };
            const where = (isNot ? { NOT: one } : one) as Where<Customer>;
            const inMemory = rows.filter((row) => matches(where, row)).map(({ id }) => id);
            const { customer } = database.prisma;
            const found = await customer.findMany({ where: toPrismaWhere(where), select: { id: true } });
            expect(found.map(({ id }) => id).toSorted()).toEqual(inMemory.toSorted());
            expect(await customer.count({ where: toPrismaWhere(where) })).toBe(inMemory.length);
          },
        ),
        { seed: SEED, numRuns: 300 },
      );
    });

    test('8: pages by a text show the whole list once, in the order of the folds', async () => {
      const order = [{ ...sortKey({ entity: customerEntity }, 'company'), direction: 'asc' as const }];
      const { rows: page } = await readTablePage(database.prisma.customer as never, {
        args: { first: 100 },
        order,
        where: {},
      });
      const bytes = ({ company, id }: Customer) => Buffer.from(`${fold(company)}\0${id}`);
      const expected = rows.toSorted((a, b) => Buffer.compare(bytes(a), bytes(b))).slice(0, 100);
      expect((page as Customer[]).map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    });

    test('a row comes without its folds, which neither images nor clients need', async () => {
      expect(Object.keys(rows[0] as Customer).filter((column) => column.endsWith('Fold'))).toEqual([]);
    });
  });
}

describeOnPostgres('rows that are older than the folds', () => {
  test('receive them at the start, in batches', async () => {
    const { url, drop } = await aDatabase();
    const options = { url, dataDir: '', poolSize: 2, statementTimeoutMs: 10_000 };
    const before = await openDatabase(options);
    const tenantId = await aTenant(before);
    await before.prisma.customer.createMany({
      data: Array.from({ length: BATCHES }, (_, n) => ({
        company: `Straße ${n}`,
        contactName: '',
        email: '',
        tenantId,
      })),
    });
    // An older text that no input accepts any more: an index has no room for its whole fold.
    const ligatures = `company || repeat('\ufdfa', 300)`;
    await runSql(url, `UPDATE customer SET company = ${ligatures} WHERE company = 'Straße 0'`);
    await runSql(url, 'UPDATE customer SET company_fold = NULL, contact_name_fold = NULL');
    const found = (database: Database) =>
      database.prisma.customer.count({
        where: toPrismaWhere<Customer>({ company: { contains: 'STRASSE' } }),
      });
    expect(await found(before)).toBe(0);
    await before.close();
    const after = await openDatabase(options);
    expect(await found(after)).toBe(BATCHES);
    const [{ longest }] = await after.prisma.$queryRaw<
      [{ longest: number }]
    >`SELECT max(length(company_fold)) AS longest FROM customer`;
    expect(longest).toBe(3 * 'Straße 0'.length + 3 * 300);
    await after.close();
    await drop();
  });

  test('a text that is written again, or removed, takes its fold along', async () => {
    const { url, drop } = await aDatabase();
    const database = await openDatabase({ url, dataDir: '', poolSize: 2, statementTimeoutMs: 10_000 });
    const tenantId = await aTenant(database);
    const { id } = await database.prisma.customer.create({
      data: { company: 'Über', contactName: '', email: '', phone: 'ẞ', tenantId },
    });
    await database.prisma.customer.update({ where: { id }, data: { company: 'Ähre', phone: null } });
    const stored = await database.prisma
      .$queryRaw`SELECT company_fold, phone_fold, contact_name_fold FROM customer`;
    expect(stored).toEqual([{ company_fold: 'ahre', phone_fold: null, contact_name_fold: '' }]);
    await database.close();
    await drop();
  });
});

describeWithOwnPostgres('a database in another encoding', () => {
  test('is refused with a sentence', async () => {
    const server = await startPostgres();
    await runSql(server.url(), `CREATE DATABASE bytes ENCODING 'SQL_ASCII' TEMPLATE template0`);
    const opening = openDatabase({
      url: server.url('bytes'),
      dataDir: '',
      poolSize: 1,
      statementTimeoutMs: 1_000,
    });
    await expect(opening).rejects.toThrow(
      "has the encoding SQL_ASCII, in which texts cannot be stored as they are written: create the database with ENCODING 'UTF8' TEMPLATE template0.",
    );
    await server.remove();
  });
});
