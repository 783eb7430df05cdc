import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { OperationBudget } from '../../src/core/requests/operation-budget.ts';
import { QueryPool } from '../../src/db/query-pool.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

describeOnPostgres('a pool of two connections', () => {
  let pool: QueryPool;

  beforeEach(() => {
    const connectionString = process.env.TEST_DATABASE_URL;
    pool = new QueryPool({ connectionString, max: 2, waitMs: 2_000, statementTimeoutMs: 2_000 });
  });

  afterEach(() => pool.end());

  test('lends half of them to reads that operations share, however many there are', async () => {
    const first = await OperationBudget.shared(() => pool.connect());
    const second = OperationBudget.shared(() => pool.connect());
    expect(pool.waiting).toBe(1);
    const other = await pool.connect();
    first.release();
    (await second).release();
    other.release();
  });
});
