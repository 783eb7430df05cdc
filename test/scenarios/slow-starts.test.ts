import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestApp } from '../support/app.ts';
import { EventSource } from '../support/event-source.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';
import { Wire } from '../support/wire.ts';

const FOLLOW =
  'subscription ($after: Cursor) { customerUpdated(after: $after) { customer { company } cursor } }';
const LISTEN = 'subscription { bulkJobProgressed { bulkJobId } }';
const QUERY_TIMEOUT_MS = 4_000;

const REFUSAL = {
  message: `The subscription could not start within ${QUERY_TIMEOUT_MS} ms (QUERY_TIMEOUT_MS): try again in 2 s.`,
  extensions: { code: 'TRY_AGAIN', retryAfter: 2, requestId: expect.any(String) },
};

describeOnPostgres('19: a subscription whose first reads take longer than QUERY_TIMEOUT_MS', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let node: TestApp;
  let pool: pg.Pool;

  beforeAll(async () => {
    installation = await Installation.start();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    node = await installation.anotherNode({ QUERY_TIMEOUT_MS: String(QUERY_TIMEOUT_MS) });
    pool = new pg.Pool({ connectionString: installation.app.config.databaseUrl });
  });

  afterAll(async () => {
    await pool.end();
    await installation.stop();
  });

  /** Does something while no statement can read a table. */
  async function whileLocked<Value>(table: string, work: () => Promise<Value>): Promise<Value> {
    const holder = await pool.connect();
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    try {
      return await work();
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }

  test('is refused over a socket, whose other operations continue, and starts when it is sent again', async () => {
    const after = await ada.now(acme.id);
    const id = await installation.aCustomer(acme.id);
    const wire = await Wire.signedIn(node.url, ada.token ?? '');
    const messages = await whileLocked('change', () => {
      wire.subscribe('late', FOLLOW, { after });
      return wire.take(2);
    });
    wire.subscribe('again', FOLLOW, { after });
    await ada.ask('mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "Birch" }) { cursor } }', {
      id,
    });
    expect(messages).toMatchObject([
      { id: 'late', type: 'next', payload: { errors: [REFUSAL] } },
      { id: 'late', type: 'complete' },
    ]);
    expect(await wire.next()).toMatchObject({
      id: 'again',
      type: 'next',
      payload: { data: { customerUpdated: { customer: { company: 'Birch' } } } },
    });
    await wire.close();
  });

  test('is refused as an event stream with 503, and leaves no connection and no feed held', async () => {
    const refused = await whileLocked('feed_head', () =>
      EventSource.open(node.url, ada.token, { query: FOLLOW }),
    );
    const { result } = await refused.next();
    expect([refused.response.status, refused.response.headers.get('retry-after')]).toEqual([503, '2']);
    expect(result?.errors).toMatchObject([REFUSAL]);
    await Scrape.when(
      node.url,
      (scrape) => scrape.value('lockstep_followers') === 0 && scrape.value('lockstep_feeds') === 0,
    );
  });

  test('is refused where it listens to signals, too', async () => {
    const wire = await Wire.signedIn(node.url, ada.token ?? '');
    const { payload } = await whileLocked('feed_head', () => {
      wire.subscribe('late', LISTEN);
      return wire.next();
    });
    expect(payload.errors).toMatchObject([REFUSAL]);
    await wire.close();
  });
});
