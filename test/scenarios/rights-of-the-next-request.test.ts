import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StatementWatch } from '../../bench/support/watched-statements.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const UPDATE_USER =
  'mutation ($id: ID!, $input: UserUpdateInput!) { userUpdate(id: $id, input: $input) { userErrors { message } } }';
const NOTES = '{ customers(first: 1) { nodes { internalNotes } } }';
const TURNS = 20;

describeOnPostgres('with two nodes', () => {
  let watch: StatementWatch;
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let other: TestApp;

  beforeAll(async () => {
    // Before the nodes open their connections.
    watch = new StatementWatch(/FROM "user" AS person/);
    // Wake-ups do not arrive, and the poll is far away: what a node knows of the log is old.
    const settings = { REDIS_URL: '', POLL_INTERVAL_MS: '60000' };
    installation = await Installation.start(settings);
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    other = await installation.anotherNode(settings);
    await installation.aCustomer(acme.id);
  });

  afterAll(async () => {
    watch.stop();
    await installation.stop();
  });

  test('X: a permission that was withdrawn on one node is missing in the next request to the other one, although no node has announced it', async () => {
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const elsewhere = csr.at(other);
    const permit = (...permissions: string[]) =>
      ada.ask(UPDATE_USER, { id: csr.userId, input: { permissions } });
    for (let turn = 0; turn < TURNS; turn += 1) {
      await permit('notes:read');
      expect((await elsewhere.run(NOTES)).errors).toBeUndefined();
      await permit();
      expect((await elsewhere.run(NOTES)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
  });

  test('X: a session that was ended on one node is refused by the other one in the next request, although its token was accepted before', async () => {
    const csr = await installation.aUser('CSR', { tenantId: acme.id });
    const elsewhere = csr.at(other);
    await elsewhere.ask('{ viewer { id } }');
    await csr.ask('mutation { signOut { userErrors { message } } }');
    expect((await elsewhere.run('{ viewer { id } }')).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
  });

  test('the viewer of a request is read in one statement', async () => {
    const statements = await watch.during(() => ada.ask('{ viewer { id } }'));
    expect(statements).toHaveLength(1);
  });
});
