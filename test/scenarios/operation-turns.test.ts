import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';
import { Wire } from '../support/wire.ts';

const UPDATE =
  'mutation ($id: ID!, $phone: String) { customerUpdate(id: $id, input: { phone: $phone }) { userErrors { message } } }';
const LIST = '{ customers { totalCount } }';

describeOnPostgres('operations that wait for a row', () => {
  let installation: Installation;
  let acme: TestTenant;
  let pool: pg.Pool;
  let locked: string;
  let holder: pg.PoolClient;
  const lines: string[] = [];
  const note = (fields: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };

  beforeAll(async () => {
    const log = { debug() {}, info() {}, warn: note, error: note };
    installation = await Installation.start({ DATABASE_POOL_SIZE: '4', OPERATIONS_PER_USER: '10' }, log);
    acme = await installation.aTenant('Acme');
    pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
    locked = await installation.aCustomer(acme.id);
  });

  afterAll(async () => {
    await pool.end();
    await installation.stop();
  });

  const aSupporter = () => installation.aUser('SUPPORT', { tenantId: acme.id });

  async function lockRow(): Promise<void> {
    holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM customer WHERE id = $1 FOR UPDATE', [locked]);
  }

  async function unlockRow(): Promise<void> {
    await holder.query('ROLLBACK');
    holder.release();
  }

  function send({ token }: TestUser, query: string, at: string, variables: object = {}): Promise<Response> {
    return fetch(`${at}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
  }

  const updates = (user: TestUser, count: number, at: string) =>
    Array.from({ length: count }, (_, index) => send(user, UPDATE, at, { id: locked, phone: `${index}` }));

  const untilWaiting = (url: string) =>
    Scrape.when(url, (scrape) => scrape.value('lockstep_database_waiting{pool="queries"}') > 0);

  /** Waits until so many connections wait for the row. */
  async function untilBlocked(count: number): Promise<void> {
    const blocked = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    while ((await pool.query(blocked)).rows.length < count);
  }

  test('19: a user whose operations wait for a row leaves connections to the others, and all of them are written', async () => {
    const [ada, bob] = [await aSupporter(), await aSupporter()];
    const { url } = installation.app;
    await lockRow();
    const blocked = updates(ada, 8, url);
    await untilWaiting(url);
    const { errors } = await bob.run(LIST);
    await unlockRow();
    const answers = await Promise.all(blocked.map(async (answer) => (await answer).json()));
    expect(errors).toBeUndefined();
    expect(answers).toEqual(answers.map(() => ({ data: { customerUpdate: { userErrors: [] } } })));
  });

  test('19: no free connection is TRY_AGAIN with 503 and Retry-After, and one short line in the log', async () => {
    const users = [await aSupporter(), await aSupporter(), await aSupporter()];
    const { url } = installation.app;
    await lockRow();
    lines.length = 0;
    // Two users hold half of the connections each.
    const blocked = users.slice(0, 2).flatMap((user) => updates(user, 2, url));
    await untilBlocked(4);
    const late = users.slice(2).flatMap((user) => [send(user, LIST, url), ...updates(user, 1, url)]);
    const refused = await Promise.all(late);
    const bodies = (await Promise.all(refused.map((answer) => answer.json()))) as object[];
    await unlockRow();
    await Promise.all(blocked);
    expect(refused.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [503, '2'],
      [503, '2'],
    ]);
    expect(bodies).toMatchObject(
      bodies.map(() => ({
        errors: [{ message: 'The database is busy: try again in 2 s.', extensions: { code: 'TRY_AGAIN' } }],
      })),
    );
    expect(lines.filter((line) => line.includes('requestId'))).toEqual([
      expect.stringMatching(/^no connection to the database was free .{1,100}$/),
    ]);
  });

  test('19: a user runs so many at a time over all its requests and sockets, and beyond those that wait is refused', async () => {
    const [ada, bob] = [await aSupporter(), await aSupporter()];
    const node = await installation.anotherNode({ OPERATIONS_PER_USER: '1' });
    await lockRow();
    const sent = updates(ada, 22, node.url);
    const refused = await Promise.race(sent);
    const wire = await Wire.signedIn(node.url, ada.token ?? '');
    wire.subscribe('1', LIST);
    const [onSocket] = await wire.take(2);
    const { errors } = await bob.at(node).run(LIST);
    await unlockRow();
    const answers = await Promise.all(sent);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect(onSocket?.payload.errors).toMatchObject([
      {
        message: expect.stringContaining('(OPERATIONS_PER_USER)'),
        extensions: { code: 'RATE_LIMITED', retryAfter: 1 },
      },
    ]);
    expect(errors).toBeUndefined();
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(21);
    await wire.close();
  });

  test('X: one that waited for its turn runs under the rights of that moment', async () => {
    const ada = await aSupporter();
    const node = await installation.anotherNode({ OPERATIONS_PER_USER: '1' });
    await lockRow();
    const [first] = updates(ada, 1, node.url);
    await Scrape.when(node.url, (scrape) => scrape.value('lockstep_operations_running') === 1);
    const second = send(ada, UPDATE, node.url, { id: locked, phone: 'withdrawn' });
    await Scrape.when(node.url, (scrape) => scrape.value('lockstep_operations_running') === 2);
    await installation.root.ask(
      'mutation ($id: ID!) { userUpdate(id: $id, input: { isActive: false }) { userErrors { message } } }',
      { id: ada.userId },
    );
    await unlockRow();
    await first;
    const { errors } = (await (await second).json()) as { errors: unknown };
    const { rows } = await pool.query('SELECT phone FROM customer WHERE id = $1', [locked]);
    expect([errors, rows[0].phone]).toEqual([
      [expect.objectContaining({ extensions: expect.objectContaining({ code: 'UNAUTHENTICATED' }) })],
      '0',
    ]);
  });
});
