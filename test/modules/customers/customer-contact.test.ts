import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/db/database.ts';
import { MIGRATIONS_FOLDER } from '../../../src/db/migration-files.ts';
import { mutate } from '../../support/mutate.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { runSql } from '../../support/servers/run-sql.ts';
import { aStage } from '../../support/stage.ts';
import { anEmptyDatabase } from '../../support/test-database.ts';

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { POLL_INTERVAL_MS: '50' },
);

const CHANGED = `subscription ($after: Cursor, $filter: CustomerFilter) {
  customerUpdated(after: $after, filter: $filter) { customer { contactName email } changedFields } }`;
const LOGGED =
  'query { auditLog(first: 1, filter: { entity: { equals: CUSTOMER } }) { nodes { changedFields changes { field before after } } } }';
const LIST = `query ($filter: CustomerFilter) {
  customers(filter: $filter, orderBy: { field: CONTACT_NAME }) { nodes { id contactName email } } }`;

test('an individual needs neither a contact person nor an address, and an empty text is none', async () => {
  for (const contact of [{}, { contactName: null, email: null }, { contactName: ' ', email: '' }]) {
    const input = { company: 'Ada Alder', kind: 'INDIVIDUAL', ...contact };
    const { customer } = await mutate(ada, 'customerCreate', { input }, 'customer { contactName email }');
    expect(customer).toEqual({ contactName: null, email: null });
  }
});

test('lists find and sort the customers without a contact person', async () => {
  const id = await installation.aCustomer(acme.id);
  const { customers } = await ada.ask(LIST);
  expect(customers.nodes.at(-1)).toMatchObject({ contactName: null });
  const absent = await ada.ask(LIST, { filter: { contactName: { isNull: true } } });
  expect(absent.customers.nodes.map((customer: { id: string }) => customer.id)).not.toContain(id);
  await mutate(ada, 'customerUpdate', { id, input: { contactName: null, email: null } });
  const { customers: after } = await ada.ask(LIST, { filter: { contactName: { isNull: true } } });
  expect(after.nodes).toContainEqual({ id, contactName: null, email: null });
});

describeOnPostgres('a change of a customer from before its contact person had its present name', () => {
  test('is delivered, filtered and shown in the audit log under the present name', async () => {
    const id = await installation.aCustomer(acme.id);
    const after = await ada.now(acme.id);
    await runSql(
      installation.app.config.databaseUrl ?? '',
      `INSERT INTO change (feed, event_id, kind, entity, entity_id, entity_version, image, before, concerns, actor_kind, actor_name)
       SELECT feed, gen_random_uuid(), 'UPDATED', entity, entity_id, 2,
         image - 'contactName' || '{"version": 2, "owner": "Eve"}', '{"version": 1, "owner": "Ada Alder"}', '{}', 'SYSTEM', 'Ada'
       FROM change WHERE entity_id = '${id}'`,
    );
    const filter = { contactName: { in: ['Ada Alder', 'Eve'] } };
    const event = await ada.follow(CHANGED, { after, filter }).event();
    expect(event).toEqual({
      customer: { contactName: 'Eve', email: 'ada@alder.test' },
      changedFields: ['contactName'],
    });
    expect((await ada.ask(LOGGED)).auditLog.nodes).toEqual([
      {
        changedFields: ['contactName'],
        changes: [{ field: 'contactName', before: 'Ada Alder', after: 'Eve' }],
      },
    ]);
  });
});

describeOnPostgres('the migration that renames the contact person', () => {
  test('keeps it, and its fold, in every row', async () => {
    const home = await anEmptyDatabase();
    const earlier = await mkdtemp(path.join(tmpdir(), 'lockstep-migrations-'));
    for (const name of (await readdir(MIGRATIONS_FOLDER)).filter((name) => name < '20261129110321'))
      await cp(path.join(MIGRATIONS_FOLDER, name), path.join(earlier, name), { recursive: true });
    const options = { url: home.url, dataDir: 'unused', poolSize: 2, statementTimeoutMs: 5_000 };
    await (await openDatabase({ ...options, migrationsFolder: earlier })).close();
    await runSql(
      home.url,
      `WITH organization AS (
         INSERT INTO organization (id, name, slug, updated_at) VALUES (gen_random_uuid(), 'A', 'a', now()) RETURNING id
       ), tenant AS (
         INSERT INTO tenant (id, organization_id, name, slug, updated_at)
         SELECT gen_random_uuid(), id, 'A', 'a', now() FROM organization RETURNING id
       )
       INSERT INTO customer (id, tenant_id, company, owner, owner_fold, email, updated_at)
       SELECT gen_random_uuid(), id, 'A', 'Ada', 'ada', 'a@b.test', now() FROM tenant`,
    );

    const { prisma, close } = await openDatabase(options);
    const omit = { contactNameFold: false };
    const kept = await prisma.customer.findMany({ omit });

    await close();
    await home.drop();
    await rm(earlier, { recursive: true });
    expect(kept).toMatchObject([{ contactName: 'Ada', contactNameFold: 'ada', email: 'a@b.test' }]);
  });
});
