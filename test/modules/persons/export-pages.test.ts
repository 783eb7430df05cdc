import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { entriesOf } from '../../../src/modules/persons/exported-entries.ts';
import type { ExportedRow, Read } from '../../../src/modules/persons/exported-row.ts';
import { rowsOfTables } from '../../../src/modules/persons/exported-tables.ts';
import { PAGE_BYTES } from '../../../src/modules/persons/page-bytes.ts';
import { acme, installation } from '../../support/erasure-stage.ts';
import { type OpenDatabase, theDatabaseAt } from '../../support/open-database.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';

/** A text of so many bytes that a page has room for five. */
const LONG = Math.floor(PAGE_BYTES / 6);
const ROWS = 60;

describeOnPostgres('the pages of an export with long texts', () => {
  let database: OpenDatabase;
  let customerId: string;
  let read: Read;

  beforeAll(async () => {
    database = await theDatabaseAt(installation.app.config.databaseUrl ?? '');
    read = (statement) => statement(database.prisma);
    customerId = await installation.aCustomer(acme.id);
  });

  afterAll(() => database.drop());

  test('have a mebibyte of rows at most, and together each row once', async () => {
    await database.ownerPool.query(
      `INSERT INTO property (id, tenant_id, customer_id, name, name_fold, address, address_fold, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'House ' || n, '', repeat('x', $3), '', now() FROM generate_series(1, $4::int) AS n`,
      [acme.id, customerId, LONG, ROWS],
    );
    const pages = await pagesOf(rowsOfTables(read, { kind: 'customer', id: customerId }), 'Property');
    expectBounded(pages);
  });

  test('have a mebibyte of entries at most, and together each entry once', async () => {
    await database.ownerPool.query(
      `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, actor_kind, actor_name)
       SELECT $1, gen_random_uuid(), 'UPDATED', 'Customer', $2, n,
         jsonb_build_object('id', $2::uuid, 'internalNotes', n || repeat('x', $3)), '{}', 'SYSTEM', 'a test'
       FROM generate_series(2, $4::int) AS n`,
      [acme.id, customerId, LONG, ROWS + 1],
    );
    const { id: tenantId, organizationId } = acme;
    const person = { kind: 'customer', id: customerId, tenantId, organizationId } as const;
    const pages = await pagesOf(entriesOf(read, person), 'Change');
    expectBounded(pages);
  });

  test('a row that is larger than a page is a page of its own', async () => {
    const id = await installation.aCustomer(acme.id);
    await database.ownerPool.query(
      `INSERT INTO property (id, tenant_id, customer_id, name, name_fold, address, address_fold, updated_at)
       SELECT gen_random_uuid(), $1, $2, 'House ' || n, '', repeat('x', $3), '', now() FROM generate_series(1, 3) AS n`,
      [acme.id, id, 2 * PAGE_BYTES],
    );
    const pages = await pagesOf(rowsOfTables(read, { kind: 'customer', id }), 'Property');
    expect(pages.map((page) => page.length)).toEqual([1, 1, 1]);
  });

  function expectBounded(pages: readonly (readonly ExportedRow[])[]): void {
    expect(pages.every((page) => JSON.stringify(page).length <= PAGE_BYTES)).toBe(true);
    const texts = pages.flat().map(({ row }) => JSON.stringify(row));
    expect([texts.length, new Set(texts).size]).toEqual([ROWS, ROWS]);
    expect(pages.length).toBeLessThan(ROWS / 2);
  }
});

/** The pages with rows of a table that have long texts. */
async function pagesOf(
  all: AsyncIterable<readonly ExportedRow[]>,
  table: string,
): Promise<(readonly ExportedRow[])[]> {
  const pages: (readonly ExportedRow[])[] = [];
  for await (const page of all) {
    const long = page.filter((each) => each.table === table && JSON.stringify(each).length > LONG);
    if (long.length > 0) pages.push(long);
  }
  return pages;
}
