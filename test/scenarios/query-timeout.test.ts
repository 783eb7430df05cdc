import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Installation, TEST_PASSWORD, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const LIST = '{ customers { nodes { id } } }';
const UPDATE =
  'mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "Late" }) { userErrors { message } } }';

const SIGN_IN = `mutation ($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password }) { refreshToken userErrors { message } } }`;
const REFRESH =
  'mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) { accessToken userErrors { message } } }';

const TIMED_OUT = {
  message: 'The operation took longer than 4000 ms (QUERY_TIMEOUT_MS): ask for less, or try again later.',
  extensions: {
    code: 'QUERY_TOO_COMPLEX',
    rule: expect.any(String),
    params: expect.any(Object),
    requestId: expect.any(String),
  },
};

const ROLLED_BACK = {
  message:
    'The mutation was rolled back, because the operation takes longer than 4000 ms (QUERY_TIMEOUT_MS): send it again later.',
  extensions: {
    code: 'QUERY_TOO_COMPLEX',
    rule: expect.any(String),
    params: expect.any(Object),
    requestId: expect.any(String),
    mutation: 'ROLLED_BACK',
  },
};

describeOnPostgres('an operation that takes longer than it may', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let pool: pg.Pool;

  beforeAll(async () => {
    installation = await Installation.start();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
  });

  afterAll(async () => {
    await pool.end();
    await installation.stop();
  });

  test('says of each mutation whether it was written: a payload, ROLLED_BACK, or NOT_STARTED', async () => {
    const node = await installation.anotherNode({ QUERY_TIMEOUT_MS: '4000' });
    const [free, locked] = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM customer WHERE id = $1 FOR UPDATE', [locked]);
    const update = (alias: string, id: string) =>
      `${alias}: customerUpdate(id: "${id}", input: { company: "Late" }) { customer { company } }`;
    const { data, errors } = await ada
      .at(node)
      .run(`mutation { ${update('written', free)} ${update('cut', locked)} ${update('later', locked)} }`);
    await holder.query('ROLLBACK');
    holder.release();
    const { rows } = await pool.query('SELECT company FROM customer WHERE id = $1', [locked]);
    const refused = (alias: string, mutation: string) => ({
      path: [alias],
      extensions: { code: 'QUERY_TOO_COMPLEX', mutation },
    });
    expect([data, rows]).toEqual([
      { written: { customer: { company: 'Late' } }, cut: null, later: null },
      [{ company: 'Alder Homes' }],
    ]);
    expect(errors).toMatchObject([refused('cut', 'ROLLED_BACK'), refused('later', 'NOT_STARTED')]);
  });

  test('says of a mutation that could only not be answered in time that it was written', async () => {
    const node = await installation.anotherNode({ QUERY_TIMEOUT_MS: '4000' });
    const signedIn = await ada.at(node).ask(SIGN_IN, { email: ada.email, password: TEST_PASSWORD });
    const { refreshToken } = signedIn.signIn;
    const [renewal, users] = [await pool.connect(), await pool.connect()];
    await renewal.query('BEGIN');
    await renewal.query(
      'SELECT 1 FROM session_renewal WHERE session_id IN (SELECT id FROM session WHERE user_id = $1) FOR UPDATE',
      [ada.userId],
    );
    const answer = ada.at(node).run(REFRESH, { refreshToken });
    await untilWaiting('UPDATE%session_renewal');
    // It waits for the transaction of the mutation, and keeps what comes after its COMMIT from reading the user.
    await users.query('BEGIN');
    const locked = users.query('LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE');
    await untilWaiting('LOCK TABLE%');
    await renewal.query('ROLLBACK');
    await locked;
    const { errors } = await answer;
    await users.query('ROLLBACK');
    for (const client of [renewal, users]) client.release();
    expect(errors).toMatchObject([{ extensions: { rule: 'WRITTEN', mutation: 'WRITTEN' } }]);
  });

  /** Returns when a statement waits for a lock. */
  async function untilWaiting(statement: string): Promise<void> {
    const waiting = `SELECT 1 FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database() AND query ILIKE '%' || $1`;
    while ((await pool.query(waiting, [`${statement}%`])).rows.length === 0);
  }

  test('is cancelled by PostgreSQL and refused with the name of the limit, a query as well as a mutation', async () => {
    const node = await installation.anotherNode({ QUERY_TIMEOUT_MS: '4000' });
    const id = await installation.aCustomer(acme.id);
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE customer IN ACCESS EXCLUSIVE MODE');
    const late = [await ada.at(node).run(LIST), await ada.at(node).run(UPDATE, { id })];
    await holder.query('ROLLBACK');
    holder.release();
    expect(late.map(({ errors }) => errors)).toMatchObject([[TIMED_OUT], [ROLLED_BACK]]);
  });

  test('is cancelled although each of its statements takes less than the limit', async () => {
    const node = await installation.anotherNode({ QUERY_TIMEOUT_MS: '4000' });
    await installation.aCustomer(acme.id);
    const holders = { customer: await pool.connect(), payment: await pool.connect() };
    for (const [table, holder] of Object.entries(holders)) {
      await holder.query('BEGIN');
      await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    }
    /** Lets a statement go that has waited for a table for more than half of the limit, or that was cancelled. */
    const free = async (table: keyof typeof holders) => {
      const isWaiting = `SELECT query_start < clock_timestamp() - interval '2.2 s' AS is_late FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '%"' || $1 || '"%'`;
      const states: (boolean | undefined)[] = [];
      while (states.at(-1) !== true && !(states.includes(false) && states.at(-1) === undefined)) {
        const { rows } = await pool.query<{ is_late: boolean }>(isWaiting, [table]);
        states.push(rows[0]?.is_late);
      }
      await holders[table].query('ROLLBACK');
      holders[table].release();
      return states.at(-1) === true ? 'answered' : 'cancelled';
    };
    const answer = ada.at(node).run('{ customers { nodes { payments { nodes { id } } } } }');
    expect([await free('customer'), await free('payment')]).toEqual(['answered', 'cancelled']);
    expect((await answer).errors).toMatchObject([TIMED_OUT]);
  });
});
