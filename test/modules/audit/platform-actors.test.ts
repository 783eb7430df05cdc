import { expect, test } from '@jest/globals';
import type { Role } from '../../../src/generated/prisma/enums.ts';
import { readableFields } from '../../../src/graph/schema/field-access.ts';
import { permissionsOf } from '../../../src/modules/users/users.access.ts';
import { schema } from '../../../src/schema.ts';
import { doInBulk, UPDATE } from '../../support/bulk.ts';
import { aProperty, aUnit } from '../../support/homes.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';
import { aViewer } from '../../support/unit-group.ts';

const { installation, acme, ada, olga } = await aStage({
  acme: { ada: 'TENANT_ADMIN', olga: 'ORGANIZATION_ADMIN' },
});
const { root } = installation;
const me = (await root.ask('{ viewer { id name email } }')).viewer;
const support = await installation.aUser('PLATFORM_SUPPORT', {});

const LOG = `query ($tenantId: ID, $filter: AuditFilter) { auditLog(tenantId: $tenantId, filter: $filter, first: 100) {
  totalCount nodes { id entity actor { kind isOfPlatform id name } actorId ip changes { field before after } } } }`;
const JOBS = `query ($tenantId: ID) { bulkJobs(tenantId: $tenantId) { nodes {
  requestedById requestedBy { id name } } } }`;
const REQUESTS = `query ($tenantId: ID) { maintenanceRequests(tenantId: $tenantId) { nodes { reporter { id } } } }`;
const FOLLOWED = `subscription ($tenantId: ID, $after: Cursor) { customerUpdated(tenantId: $tenantId, after: $after) {
  actor { kind isOfPlatform id name } changedFields } }`;
const ADDED = `subscription ($tenantId: ID, $after: Cursor) { auditLogAdded(tenantId: $tenantId, after: $after) {
  actor { kind isOfPlatform id name } auditEntry { entity actorId ip actor { id name } changes { after } } } }`;
const HIDDEN = { kind: 'USER', isOfPlatform: true, id: null, name: null };

const after = await root.now(acme.id);
const customer = await installation.aCustomer(acme.id);
await root.ask(
  'mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "Renamed" }) { userErrors { message } } }',
  { id: customer },
);
const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
await doInBulk(root, acme.id, UPDATE, { ids: [userId], add: ['badge'] });
const propertyId = await aProperty(root, { name: 'Elm', customerId: customer });
const unitId = await aUnit(root, { propertyId, label: 'Elm 1' });
const report = { unitId, title: 'Drip', description: 'It drips.' };
await mutate(root, 'maintenanceRequestCreate', { input: report });

const ask = (person: Person, query: string, variables = {}) =>
  person.ask(query, { tenantId: acme.id, ...variables });

test.each([
  ['an administrator of the tenant', ada],
  ['an administrator of its organization', olga],
])('X: %s learns that staff of the platform acted, and not who or from where', async (_who, person) => {
  const { auditLog } = await ask(person, LOG);
  const events: unknown[] = [];
  for (const document of [FOLLOWED, ADDED]) {
    const stream = person.follow(document, { tenantId: acme.id, after });
    events.push(await stream.event());
    await stream.close();
  }
  const { bulkJobs } = await ask(person, JOBS);
  const { maintenanceRequests } = await ask(person, REQUESTS);

  expect(auditLog.nodes).toContainEqual(
    expect.objectContaining({ entity: 'CUSTOMER', actor: HIDDEN, actorId: null, ip: null }),
  );
  expect(events).toMatchObject([
    { actor: HIDDEN, changedFields: ['company'] },
    { actor: HIDDEN, auditEntry: { actorId: null, ip: null, actor: { id: null, name: null } } },
  ]);
  expect(bulkJobs.nodes).toEqual([{ requestedById: null, requestedBy: null }]);
  expect(maintenanceRequests.nodes).toEqual([{ reporter: null }]);
  const said = JSON.stringify([auditLog, events, bulkJobs]);
  for (const secret of [me.id, me.name, me.email]) expect(said).not.toContain(secret);
});

test('X: no filter tells the administrator of a tenant which user of the platform staff acted', async () => {
  const everything = await ask(ada, LOG);
  const byRoot = await ask(ada, LOG, { filter: { actorId: { equals: me.id } } });
  const byUnknown = await ask(ada, LOG, { filter: { actorId: { isNull: true } } });
  const byKnown = await ask(ada, LOG, { filter: { actorId: { isNull: false } } });

  expect(byRoot.auditLog.totalCount).toBe(0);
  expect(byUnknown.auditLog.totalCount + byKnown.auditLog.totalCount).toBe(everything.auditLog.totalCount);
  expect(byUnknown.auditLog.nodes).toContainEqual(expect.objectContaining({ actor: HIDDEN }));

  const stream = ada.follow(
    'subscription ($after: Cursor, $filter: AuditFilter) { auditLogAdded(after: $after, filter: $filter) { auditEntry { actorId } } }',
    { after, filter: { actorId: { in: [me.id, ada.userId] } } },
  );
  await ada.ask(
    'mutation ($id: ID!) { customerUpdate(id: $id, input: { company: "By Ada" }) { userErrors { message } } }',
    { id: customer },
  );
  expect(await stream.event()).toEqual({ auditEntry: { actorId: ada.userId } });
});

test.each([
  ['jobs', 'bulkJobs', 'BulkJobFilter', 'requestedById'],
  ['requests', 'maintenanceRequests', 'MaintenanceRequestFilter', 'reporterId'],
])(
  'X: no filter of %s tells the administrator of a tenant who of the platform staff made one',
  async (_rows, list, filter, column) => {
    const query = `query ($filter: ${filter}) { ${list}(filter: $filter) { totalCount } }`;
    const count = async (test: object) =>
      (await ask(ada, query, { filter: { [column]: test } }))[list].totalCount;
    for (const id of [me.id, ada.userId]) {
      expect(await count({ in: [id] })).toBe(0);
      expect(await count({ notIn: [id] })).toBe(1);
    }
  },
);

test('X: a job of an image from before its requester was marked is shown without its requester', () => {
  const readableTo = (role: Role) =>
    readableFields(
      schema,
      'BulkJob',
      aViewer({ role, permissions: permissionsOf({ role, permissions: [] }, {}) }),
      ['requestedById'],
      {
        requestedById: me.id,
      },
    );
  expect(readableTo('TENANT_ADMIN')).not.toContain('requestedById');
  expect(readableTo('PLATFORM_ADMIN')).toContain('requestedById');
});

test('staff of the platform sees who acted, from where, and who requested a job or reported a problem', async () => {
  const { auditLog } = await ask(support, LOG, { filter: { actorId: { equals: me.id } } });
  const { bulkJobs } = await ask(support, JOBS);
  const actor = { kind: 'USER', isOfPlatform: true, id: me.id, name: me.name };
  expect(auditLog.nodes).toContainEqual(
    expect.objectContaining({ entity: 'CUSTOMER', actor, actorId: me.id, ip: expect.any(String) }),
  );
  expect(bulkJobs.nodes).toEqual([{ requestedById: me.id, requestedBy: { id: me.id, name: me.name } }]);
  const { maintenanceRequests } = await ask(support, REQUESTS);
  expect(maintenanceRequests.nodes).toEqual([{ reporter: { id: me.id } }]);
});
