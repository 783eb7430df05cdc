import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { Scrape } from '../support/scrape.ts';

const CREATED =
  'subscription ($after: Cursor) { planCreated(after: $after) { plan { name monthlyPrice { amountMinor } } } }';
const CREATE =
  'mutation ($name: String!) { planCreate(input: { name: $name, monthlyPrice: { amountMinor: 1, currency: "EUR" } }) { userErrors { message } } }';
const PERMIT =
  'mutation ($id: ID!, $permissions: [String!]!) { userUpdate(id: $id, input: { permissions: $permissions }) { userErrors { message } } }';

describeOnPostgres('a node whose queries occupy all their connections', () => {
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let busy: TestApp;
  let holdingUp: pg.Client;

  beforeAll(async () => {
    installation = await Installation.start();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    busy = await installation.anotherNode({
      DATABASE_POOL_SIZE: '2',
      QUERY_TIMEOUT_MS: '60000',
      POLL_INTERVAL_MS: '50',
    });
    holdingUp = new pg.Client({ connectionString: installation.app.config.databaseUrl });
    await holdingUp.connect();
  });

  afterAll(async () => {
    await holdingUp.end();
    await installation.stop();
  });

  test('X L: still reads the rights that a change alters, and delivers the later changes', async () => {
    const support = await installation.aUser('SUPPORT', { tenantId: acme.id });
    await ada.ask(PERMIT, { id: support.userId, permissions: ['prices:read'] });
    const after = await ada.now(acme.id);
    const stream = support.at(busy).follow(CREATED, { after });
    await ada.ask(CREATE, { name: 'Before' });
    const before = await stream.next();

    await holdingUp.query('BEGIN');
    await holdingUp.query('LOCK TABLE customer IN ACCESS EXCLUSIVE MODE');
    const waiting = [1, 2, 3].map(() => ada.at(busy).run('query { customers { totalCount } }'));
    await Scrape.when(busy.url, (scrape) => scrape.value('lockstep_database_waiting{pool="queries"}') > 0);
    await ada.ask(PERMIT, { id: support.userId, permissions: [] });
    await ada.ask(CREATE, { name: 'Behind it' });
    const behind = await stream.next();
    await holdingUp.query('ROLLBACK');

    expect([before.data, behind.data]).toEqual([
      { planCreated: { plan: { name: 'Before', monthlyPrice: { amountMinor: 1 } } } },
      { planCreated: { plan: { name: 'Behind it', monthlyPrice: null } } },
    ]);
    const answers = await Promise.all(waiting);
    expect(answers).toEqual(answers.map(() => ({ data: { customers: { totalCount: 0 } } })));
  });
});
