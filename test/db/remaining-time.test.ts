import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Send, sendInTime } from '../../src/db/remaining-time.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const FULL_MS = 60_000;

describeOnPostgres('a connection of an operation whose time runs out', () => {
  let client: pg.Client;

  beforeEach(async () => {
    client = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
    await client.connect();
  });

  afterEach(() => client.end());

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
