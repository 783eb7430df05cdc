import { expect, test } from '@jest/globals';
import pg from 'pg';
import { comparisonOf } from '../../../src/graph/pages/compare-rows.ts';
import type { Order } from '../../../src/graph/pages/order.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aDatabase } from '../../support/test-database.ts';

/** Texts whose order in UTF-16 is not that of their bytes in UTF-8, texts that begin alike, and none. */
const TEXTS = ['z', null, '\u{1F600}', '\uFF5E', '', 'ab', 'a', 'é', null, '\u{10000}', '\uE000', 'Z'];
const STATES = ['DONE', 'NEW', 'RUNNING'];

describeOnPostgres('the comparison of rows in memory', () => {
  test.each(['asc', 'desc'] as const)(
    'orders texts, nulls and ties as PostgreSQL does: %s',
    async (direction) => {
      const database = await aDatabase();
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      const rows = TEXTS.map((name, index) => ({
        id: `00000000-0000-7000-8000-0000000000${10 + index}`,
        name,
      }));
      const order: Order = [{ rows: 'Thing', column: 'name', kind: 'text', isNullable: true, direction }];

      const found = await client.query<{ id: string }>(
        `SELECT id FROM json_to_recordset($1) AS thing (id uuid, name text) ORDER BY name COLLATE "C" ${direction}, id ${direction}`,
        [JSON.stringify(rows)],
      );
      await client.end();
      await database.drop();

      expect(rows.toSorted(comparisonOf(order)).map(({ id }) => id)).toEqual(found.rows.map(({ id }) => id));
    },
  );
});

test('enums are ordered by their place in the type, and equal rows by their ids', () => {
  const order: Order = [
    { rows: 'Thing', column: 'state', kind: 'enum', values: ['NEW', 'RUNNING', 'DONE'], direction: 'asc' },
  ];
  const rows = [...STATES, ...STATES].map((state, index) => ({ id: `${9 - index}`, state }));
  const sorted = rows.toSorted(comparisonOf(order)).map(({ state, id }) => `${state} ${id}`);
  expect(sorted).toEqual(['NEW 5', 'NEW 8', 'RUNNING 4', 'RUNNING 7', 'DONE 6', 'DONE 9']);
});
