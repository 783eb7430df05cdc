import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Installation, TEST_PASSWORD, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const UPDATE =
  'mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "Late" }) { userErrors { message } } }';
const SIGN_IN = `mutation ($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password }) { refreshToken userErrors { message } } }`;
const REFRESH =
  'mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) { accessToken userErrors { message } } }';

describeOnPostgres('a mutation that fails for a reason of the server', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let pool: pg.Pool;
  /** Made before the first test kills a connection: the server may still have it when the next test begins. */
  let customerIds: [string, string];

  beforeAll(async () => {
    installation = await Installation.start({ QUERY_TIMEOUT_MS: '60000' });
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    customerIds = [await installation.aCustomer(acme.id), await installation.aCustomer(acme.id)];
    pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
  });

  afterAll(async () => {
    await pool.end();
    await installation.stop();
  });

  /** Returns the process of a statement that waits for a lock, as soon as there is one. */
  async function untilWaiting(statement: string): Promise<number> {
    const waiting = `SELECT pid FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND datname = current_database() AND query ILIKE $1`;
    for (;;) {
      const { rows } = await pool.query<{ pid: number }>(waiting, [statement]);
      if (rows[0]) return rows[0].pid;
    }
  }

  /** Holds a lock while `work` runs up to it. */
  async function holding<Value>(lock: string, values: unknown[], work: () => Promise<Value>): Promise<Value> {
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query(lock, values);
    try {
      return await work();
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }

  test('13: says UNKNOWN if the connection to the database is lost during its COMMIT', async () => {
    const [id] = customerIds;
    const { errors } = await holding(
      'SELECT 1 FROM feed_head WHERE feed = $1 FOR UPDATE',
      [acme.id],
      async () => {
        const answer = ada.run(UPDATE, { id });
        await pool.query('SELECT pg_terminate_backend($1)', [await untilWaiting('COMMIT%')]);
        return answer;
      },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', mutation: 'UNKNOWN' } }]);
  });

  test('13: says nothing of it if the connection is lost before its COMMIT: it is not written', async () => {
    const [, id] = customerIds;
    const { errors } = await holding('SELECT 1 FROM customer WHERE id = $1 FOR UPDATE', [id], async () => {
      const answer = ada.run(UPDATE, { id });
      await pool.query('SELECT pg_terminate_backend($1)', [await untilWaiting('%customer%')]);
      return answer;
    });
    const { rows } = await pool.query('SELECT company FROM customer WHERE id = $1', [id]);
    expect([errors?.[0]?.extensions, rows]).toEqual([
      expect.not.objectContaining({ mutation: expect.anything() }),
      [{ company: 'Alder Homes' }],
    ]);
  });

  test('13: says WRITTEN if the connection is lost after its COMMIT', async () => {
    const { refreshToken } = (await ada.ask(SIGN_IN, { email: ada.email, password: TEST_PASSWORD })).signIn;
    const users = await pool.connect();
    await users.query('BEGIN');
    const renewals = `SELECT 1 FROM session_renewal
      WHERE session_id IN (SELECT id FROM session WHERE user_id = $1) FOR UPDATE`;
    const { answer, locked } = await holding(renewals, [ada.userId], async () => {
      const renewal = ada.run(REFRESH, { refreshToken });
      await untilWaiting('UPDATE%session_renewal%');
      // It waits for the transaction of the mutation, and keeps what comes after its COMMIT from reading the user.
      const lock = users.query('LOCK TABLE "user" IN ACCESS EXCLUSIVE MODE');
      await untilWaiting('LOCK TABLE%');
      return { answer: renewal, locked: lock };
    });
    await locked;
    await pool.query('SELECT pg_terminate_backend($1)', [await untilWaiting('%SELECT person.%')]);
    const { errors } = await answer;
    await users.query('ROLLBACK');
    users.release();
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR', mutation: 'WRITTEN' } }]);
  });
});
