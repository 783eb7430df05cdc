import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execute, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, parse } from 'graphql';
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

  const aBudget = () =>
    new OperationBudget({ client: 'user:ada', deadline: { remainingMs: 60_000 }, maxStatements: 10 });

  test('19: refuses what still runs when its operation has ended, as when a field beside it failed', async () => {
    let goOn = () => {};
    const answered = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let beside: Promise<unknown> | undefined;
    const fields = {
      fails: {
        type: new GraphQLNonNull(GraphQLInt),
        resolve: () => Promise.reject(new Error('It failed.')),
      },
      beside: {
        type: GraphQLInt,
        resolve: () => {
          beside = answered.then(() => pool.query('SELECT 1'));
          return beside;
        },
      },
    };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
    const document = parse('{ fails beside }');
    const answer = await aBudget().run(async () => execute({ schema, document }));
    goOn();
    expect(answer).toMatchObject({ data: null, errors: [{ message: 'It failed.' }] });
    await expect(beside).rejects.toThrow('The time of the operation is over.');
  });

  test('refuses a statement that waited for a connection until its operation had ended, and gives the connection on', async () => {
    const held = [await pool.connect(), await pool.connect()];
    let late: Promise<unknown> | undefined;
    await aBudget().run(async () => {
      late = pool.query('SELECT 1');
      late.catch(() => {});
    });
    for (const client of held) client.release();
    await expect(late).rejects.toThrow('The time of the operation is over.');
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });

  test('serves work that was started to outlive its operation', async () => {
    let goOn = () => {};
    const ended = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let outliving: Promise<unknown> | undefined;
    await aBudget().run(async () => {
      outliving = OperationBudget.without(() => ended.then(() => pool.query('SELECT 1 AS one')));
    });
    goOn();
    expect(await outliving).toMatchObject({ rows: [{ one: 1 }] });
  });
});
