import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { anApiToken } from '../support/api-token.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { pageWhen } from '../support/page-reader.ts';
import { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { aWebhook } from '../support/webhook-maker.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';
import { untilWorkIsDone } from '../support/work-done.ts';

const { installation, acme, ada, orla, globex, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', orla: 'ORGANIZATION_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  { WEBHOOK_LOOPBACK: '1' },
);
const { root } = installation;

const CUSTOMERS = `subscription ($after: Cursor, $tenantId: ID) { customerChanged(after: $after, tenantId: $tenantId) {
  __typename ... on CustomerEvent { customer { company } } } }`;
const TENANTS = `subscription ($after: Cursor) { tenantChanged(after: $after) { __typename
  ... on TenantUpdated { tenant { id status } } } }`;
const ERASURES = `subscription ($after: Cursor) { tenantErasureChanged(after: $after) { __typename
  ... on TenantErasureEvent { tenantErasure { tenantId status formerStatus } } } }`;
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { userErrors { code } } }';
const OWN = 'query ($tenantId: ID) { customers(tenantId: $tenantId) { totalCount } }';
const NOW = '{ tenantErasures { feedCursor totalCount } }';

test('74: administrators of the platform alone archive and restore, and bad input changes nothing', async () => {
  const support = await installation.aUser('PLATFORM_SUPPORT', {});
  for (const who of [ada, orla, gil, support]) {
    for (const [name, args] of [
      ['tenantArchive', { id: acme.id, input: {} }],
      ['tenantRestore', { id: acme.id }],
    ] as const)
      expect([who.email, name, await codes(who, name, args)]).toEqual([who.email, name, ['FORBIDDEN']]);
    expect((await who.run(NOW)).errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  }
  const refused = async (name: string, args: object) =>
    (await refusals(root, name, args as never)).map(({ code, path }) => `${code} ${path.join('.')}`);
  const nowhere = crypto.randomUUID();
  expect(await refused('tenantArchive', { id: nowhere, input: {} })).toEqual(['NOT_FOUND id']);
  for (const graceDays of [0, -1, 366])
    expect(await refused('tenantArchive', { id: acme.id, input: { graceDays } })).toEqual([
      'INVALID_INPUT input.graceDays',
    ]);
  expect(await codes(root, 'tenantArchive', { id: acme.id, input: {}, expectedVersion: 99 })).toEqual([
    'VERSION_CONFLICT',
  ]);
  expect(await refused('tenantRestore', { id: acme.id })).toEqual(['INVALID_STATE id']);
  expect(await refused('tenantUpdate', { id: acme.id, input: { status: 'ARCHIVED' } })).toEqual([
    'INVALID_STATE input.status',
  ]);
  expect((await root.ask(NOW)).tenantErasures.totalCount).toBe(0);
});

describeOnPostgres('a tenant that is archived and restored, on two nodes', () => {
  let tables: TableDump;
  let elsewhere: { readonly url: string };
  let receiver: WebhookReceiver;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
    elsewhere = await installation.anotherNode();
    receiver = await WebhookReceiver.start();
  });

  afterAll(async () => {
    await receiver.stop();
    await tables.close();
  });

  test('74 R L: its people are out with that change and its work rests; restored, all of it continues', async () => {
    const slug = `page-${crypto.randomUUID().slice(0, 8)}`;
    await mutate(ada, 'statusPageUpdate', { id: acme.id, input: { statusPageSlug: slug } });
    const pageIs = (status: number) => pageWhen(elsewhere.url, slug, (answer) => answer.status === status);
    const token = await anApiToken(ada, elsewhere.url, ['customers:read']);
    await aWebhook(ada, receiver.url);
    const customerId = await installation.aCustomer(acme.id, 'Before');
    await receiver.until(({ length }) => length === 1);
    const after = await ada.now(acme.id);
    const held = ada.at(elsewhere).follow(CUSTOMERS, { after });
    const byToken = token.client.follow(CUSTOMERS, { after });
    const ofOrganization = orla.at(elsewhere).follow(CUSTOMERS, { tenantId: acme.id, after });
    const nextDoor = gil.at(elsewhere).follow(CUSTOMERS, { after: await gil.now(globex.id) });
    for (const stream of [held, byToken, ofOrganization, nextDoor])
      expect(await stream.event()).toMatchObject({ __typename: 'FeedPosition' });
    await pageIs(200);
    const { feedCursor } = (await root.ask(NOW)).tenantErasures;
    const ofPlatform = root.at(elsewhere).follow(ERASURES, { after: feedCursor });
    const listed = root.at(elsewhere).follow(TENANTS, { after: feedCursor });

    const args = { id: acme.id, input: { graceDays: 7 }, idempotencyKey: crypto.randomUUID() };
    const archived = await mutate(root, 'tenantArchive', args, 'tenant { id status version }');
    expect(archived.tenant).toMatchObject({ id: acme.id, status: 'ARCHIVED' });
    expect(await mutate(root, 'tenantArchive', args, 'tenant { id status version }')).toEqual(archived);
    expect(await held.ended()).toMatchObject({ code: 4403 });
    expect(await byToken.ended()).toMatchObject({ code: 4403 });
    expect(await ofOrganization.ended()).toEqual({ how: 'complete' });
    expect(JSON.stringify(ofOrganization.unread)).toContain('SUBSCRIPTION_REVOKED');
    for (const who of [ada, token.client])
      expect((await who.run(OWN)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const credentials = { email: ada.email, password: TEST_PASSWORD };
    const signedIn = await new Person(elsewhere.url, null).run(SIGN_IN, { input: credentials });
    expect(signedIn.data.signIn.userErrors).toHaveLength(1);
    expect((await orla.run(OWN, { tenantId: acme.id })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await root.ask(OWN, { tenantId: acme.id })).customers.totalCount).toBe(1);
    await pageIs(404);
    for (const input of [{ status: 'ACTIVE' }, { organizationId: globex.organizationId }])
      expect(await codes(root, 'tenantUpdate', { id: acme.id, input })).toEqual(['INVALID_STATE']);
    expect(await codes(root, 'tenantArchive', { id: acme.id, input: {} })).toEqual(['INVALID_STATE']);

    // A change of the platform meanwhile is not sent, and a version of its settings is adopted by the others alone.
    await mutate(root, 'customerUpdate', { id: customerId, input: { company: 'Meanwhile' } });
    const set = [{ path: 'branding.name', value: 'Meanwhile' }];
    await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
    await untilWorkIsDone(tables);
    const work = 'SELECT tries, try_at, parked_at FROM due_work WHERE feed = $1 AND kind = $2';
    expect(await tables.run(work, [acme.id, 'configurationAdoption'])).toEqual([
      { tries: 0, try_at: null, parked_at: null },
    ]);
    const { syncRuns } = await root.ask('{ syncRuns(first: 1) { nodes { status total succeededCount } } }');
    expect(syncRuns.nodes).toEqual([{ status: 'COMPLETED', total: 1, succeededCount: 1 }]);
    const [webhook] = await tables.run('SELECT status FROM webhook');
    expect([webhook, receiver.received.length]).toEqual([{ status: 'ACTIVE' }, 1]);

    const restored = await mutate(root, 'tenantRestore', { id: acme.id }, 'tenant { status }');
    expect(restored.tenant.status).toBe('ACTIVE');
    const sent = await receiver.until(({ length }) => length === 2);
    expect(sent[1]?.body.data.customerChanged.customer.company).toBe('Meanwhile');
    expect((await token.client.ask(OWN)).customers.totalCount).toBe(1);
    expect((await orla.ask(OWN, { tenantId: acme.id })).customers.totalCount).toBe(1);
    expect((await ada.run(OWN)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await new Person(elsewhere.url, null).run(SIGN_IN, { input: credentials })).data.signIn).toEqual({
      userErrors: [],
    });
    await pageIs(200);
    await untilWorkIsDone(tables);
    expect(await tables.run('SELECT FROM due_work WHERE feed = $1 AND due_at <= now()', [acme.id])).toEqual(
      [],
    );
    const adopted = `SELECT FROM config_version JOIN configuration ON configuration.id = configuration_id
      WHERE tenant_id = $1 AND platform_version = 1`;
    expect(await tables.run(adopted, [acme.id])).toHaveLength(1);

    const ofAcme = { tenantId: acme.id, formerStatus: 'ACTIVE' };
    expect(await ofPlatform.changes(2)).toEqual([
      { __typename: 'TenantErasureCreated', tenantErasure: { ...ofAcme, status: 'SCHEDULED' } },
      { __typename: 'TenantErasureUpdated', tenantErasure: { ...ofAcme, status: 'WITHDRAWN' } },
    ]);
    expect(await listed.changes(2)).toMatchObject([
      { tenant: { status: 'ARCHIVED' } },
      { tenant: { status: 'ACTIVE' } },
    ]);
    expect(nextDoor.unread.filter(({ data }) => !JSON.stringify(data).includes('FeedPosition'))).toEqual([]);
    await nextDoor.close();
  }, 120_000);

  test('74: a suspended tenant is suspended again when it is restored', async () => {
    await mutate(root, 'tenantUpdate', { id: globex.id, input: { status: 'SUSPENDED' } });
    await mutate(root, 'tenantArchive', { id: globex.id, input: {} });
    const restored = await mutate(root, 'tenantRestore', { id: globex.id }, 'tenant { status }');
    expect(restored.tenant.status).toBe('SUSPENDED');
    expect(await tables.run("SELECT FROM due_work WHERE kind = 'tenantErasing'")).toEqual([]);
  });
});
