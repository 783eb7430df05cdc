import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { limitStatements, type Send, sendInTime } from '../../src/db/remaining-time.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const FULL_MS = 60_000;

describeOnPostgres('a connection of an operation whose time runs out', () => {
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await client.connect();
  });

  afterEach(() => client.end());

  const limit = async () => (await client.query('SHOW statement_timeout')).rows;

  test('keeps a limit in which the next borrower can set its own; a transaction has the exact rest', async () => {
    const operation = { remainingMs: 900 };
    await limitStatements(client, operation, FULL_MS);
    expect(await limit()).toEqual([{ statement_timeout: '6s' }]);
    const send = sendInTime(client.query.bind(client) as Send, operation, FULL_MS);
    await send({ text: 'BEGIN' });
    await send({ text: 'SELECT 1' });
    expect(await limit()).toEqual([{ statement_timeout: '900ms' }]);
    await send({ text: 'COMMIT' });
    expect(await limit()).toEqual([{ statement_timeout: '6s' }]);
  });

  test('leaves its transaction at COMMIT, although the transaction takes no limit any more', async () => {
    const operation = { remainingMs: FULL_MS };
    const send = sendInTime(client.query.bind(client) as Send, operation, FULL_MS);
    await send({ text: 'BEGIN' });
    await expect(send({ text: 'SELECT 1 / 0' })).rejects.toThrow('division by zero');
    operation.remainingMs = FULL_MS / 2;
    await expect(send({ text: 'COMMIT' })).rejects.toThrow('current transaction is aborted');
    await expect(client.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  });
});
