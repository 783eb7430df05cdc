import { expect, test } from '@jest/globals';
import { grantedPermissions } from '../../src/rooms.ts';
import { adoptedByAll } from '../support/adopted.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, head, ada, sue, gil } = await aStage({
  acme: { head: 'ORGANIZATION_ADMIN', ada: 'TENANT_ADMIN', sue: 'SUPPORT' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
const OF_CSR: readonly string[] = grantedPermissions.of('CSR');
const PERMISSIONS = 'query { viewer { permissions } }';

const template = (role: string, value: readonly string[] | null, scope = 'TENANT', mode = 'DEFAULT') => ({
  input: { scope, set: [{ path: `permissions.templates.${role}`, value, mode }] },
});
const unset = (role: string, scope = 'TENANT') => ({
  input: { scope, unset: [`permissions.templates.${role}`] },
});
const refused = (message: string, path: readonly string[] = ['input', 'set', '0', 'value']) => [
  expect.objectContaining({ code: 'FORBIDDEN_CHANGE', message: expect.stringContaining(message), path }),
];
const permissionsOf = async (who: Person): Promise<string[]> =>
  (await who.ask(PERMISSIONS)).viewer.permissions;
const layerOf = async (who: Person): Promise<{ id: string; version: number }> =>
  (await who.ask('{ configurations(filter: { scope: { equals: TENANT } }) { nodes { id version } } }'))
    .configurations.nodes[0];

test('X: a template adds nothing that its writer does not hold, by no write, no unset and no rollback; to take away needs no right to it', async () => {
  await mutate(ada, 'userUpdate', { id: sue.userId, input: { permissions: ['config:write'] } });
  expect(
    await refusals(sue, 'configUpdate', template('CSR', [...OF_CSR, 'payments:write', 'teams:write'])),
  ).toEqual(refused('payments:write'));
  await mutate(ada, 'configUpdate', template('CSR', [...OF_CSR, 'payments:write']));
  const { version } = await layerOf(ada);
  expect(await codes(sue, 'configUpdate', template('CSR', ['tenants:read']))).toEqual([]);
  expect(await refusals(sue, 'configRollback', { scope: 'TENANT', toVersion: version })).toEqual(
    refused('payments:write', ['toVersion']),
  );
  expect(await refusals(sue, 'configUpdate', unset('CSR'))).toEqual(
    refused('contacts:read', ['input', 'unset', '0']),
  );
  expect(await codes(ada, 'configUpdate', unset('CSR'))).toEqual([]);
});

test('X: the roles of customers may get what such users have, those of the staff not; and no template names what no room has', async () => {
  const beyond = 'account:write';
  expect(await permissionsOf(ada)).not.toContain(beyond);
  expect(await refusals(ada, 'configUpdate', template('CSR', [...OF_CSR, beyond]))).toEqual(refused(beyond));
  const ofResident = grantedPermissions.of('RESIDENT');
  expect(await codes(ada, 'configUpdate', template('RESIDENT', [...ofResident, beyond]))).toEqual([]);
  expect(await refusals(ada, 'configUpdate', template('RESIDENT', ['moon:visit']))).toEqual([
    expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('moon:visit') }),
  ]);
  expect(await codes(ada, 'configUpdate', unset('RESIDENT'))).toEqual([]);
});

test('X: a role is given under the template that it has in the tenant of the user', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  expect(await codes(head, 'userUpdate', { id: csr.userId, input: { email: 'csr@lockstep.test' } })).toEqual(
    [],
  );
  await mutate(ada, 'configUpdate', template('CSR', [...OF_CSR, 'payments:write']));
  expect(await codes(head, 'userUpdate', { id: csr.userId, input: { email: 'mine@lockstep.test' } })).toEqual(
    ['FORBIDDEN_CHANGE'],
  );
  expect(await refusals(head, 'userRoleSet', { id: csr.userId, role: 'CSR' })).toEqual(
    refused('payments:write', ['role']),
  );
  await mutate(ada, 'configUpdate', unset('CSR'));
});

test('the template of the administrators of a tenant keeps what mends it, at every scope', async () => {
  const all = grantedPermissions.of('TENANT_ADMIN');
  const less = all.filter((one) => one !== 'users:write');
  expect(await refusals(ada, 'configUpdate', template('TENANT_ADMIN', less))).toEqual(refused('users:write'));
  for (const mode of ['DEFAULT', 'LOCKED']) {
    const change = template('TENANT_ADMIN', ['users:write'], 'PLATFORM', mode);
    expect(await refusals(root, 'configUpdate', change)).toEqual(refused('config:write'));
  }
});

test('the last administrator who can sign in is not taken from a tenant by its own users, also not by two together; the platform may', async () => {
  const { organizationId } = globex;
  const head = await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
  const id = gil.userId;
  expect(await refusals(head, 'userStatusSet', { id, status: 'LOCKED' })).toEqual(
    refused('TENANT_ADMIN', ['status']),
  );
  expect(await refusals(head, 'userUpdate', { id, input: { isActive: false } })).toEqual(
    refused('TENANT_ADMIN', ['input', 'isActive']),
  );
  expect(await refusals(head, 'userRoleSet', { id, role: 'CSR' })).toEqual(refused('TENANT_ADMIN', ['role']));
  expect(await refusals(head, 'userDelete', { id })).toEqual(refused('TENANT_ADMIN', ['id']));
  for (let round = 0; round < 5; round += 1) {
    const other = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const rival = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    await mutate(root, 'userStatusSet', { id, status: 'LOCKED' });
    const deletions = [
      other.run(DELETE, { id: rival.userId }),
      rival.run(DELETE, { id: other.userId }),
      head.run(DELETE, { id: other.userId }),
      head.run(DELETE, { id: rival.userId }),
    ];
    await Promise.all(deletions);
    const { nodes } = (await root.ask(ADMINS, { tenantId: globex.id })).users;
    expect(nodes).toHaveLength(1);
    await mutate(root, 'userStatusSet', { id, status: 'ACTIVE' });
    await mutate(root, 'userDelete', { id: nodes[0].id });
  }
}, 60_000);

const DELETE = 'mutation ($id: ID!) { userDelete(id: $id) { userErrors { code } } }';
const ADMINS = `query ($tenantId: ID!) { users(tenantId: $tenantId, filter: {
  role: { equals: TENANT_ADMIN }, status: { in: [ACTIVE, INVITED] } }) { nodes { id } } }`;

test('X: a template that the platform locks acts from the next request on, one that it sets as soon as the tenant has adopted it', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  const locked = OF_CSR.filter((one) => one !== 'contacts:read');
  await mutate(root, 'configUpdate', template('CSR', locked, 'PLATFORM', 'LOCKED'));
  expect((await permissionsOf(csr)).toSorted()).toEqual(locked.toSorted());
  await adoptedByAll(root);
  await mutate(root, 'configUpdate', template('CSR', [...OF_CSR, 'notes:read'], 'PLATFORM'));
  await adoptedByAll(root);
  expect((await permissionsOf(csr)).toSorted()).toEqual([...OF_CSR, 'notes:read'].toSorted());
  expect(await permissionsOf(head)).toEqual(
    expect.arrayContaining([...grantedPermissions.of('ORGANIZATION_ADMIN')]),
  );
  await mutate(root, 'configUpdate', unset('CSR', 'PLATFORM'));
  await adoptedByAll(root);
  expect((await permissionsOf(csr)).toSorted()).toEqual(OF_CSR.toSorted());
});

test('rbacChanged says for the staff what each role gained and lost, viewerPermissionsChanged for each user what it did', async () => {
  const RBAC = `subscription ($after: Cursor) { rbacChanged(after: $after) { roles { role granted revoked } } }`;
  const OWN =
    'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked permissions role } }';
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  const holder = await installation.aUser('CSR', { tenantId: acme.id });
  await mutate(ada, 'userUpdate', { id: holder.userId, input: { permissions: ['contacts:read'] } });
  const after = await ada.now(acme.id);
  const staff = ada.follow(RBAC, { after });
  const [one, beside, other] = [csr, holder, sue].map((who) => who.follow(OWN, { after }));
  expect((await csr.follow(RBAC, { after }).next()).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);

  const less = OF_CSR.filter((name) => name !== 'contacts:read');
  await mutate(ada, 'configUpdate', template('CSR', less));
  await mutate(ada, 'configUpdate', template('CSR', [...less, 'notes:read'].toReversed()));
  await mutate(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'branding.name', value: 'Acme' }] },
  });
  await mutate(ada, 'userUpdate', { id: sue.userId, input: { permissions: [] } });
  await mutate(ada, 'configUpdate', unset('CSR'));

  expect(await staff.take(3)).toEqual([
    { roles: [{ role: 'CSR', granted: [], revoked: ['contacts:read'] }] },
    { roles: [{ role: 'CSR', granted: ['notes:read'], revoked: [] }] },
    { roles: [{ role: 'CSR', granted: ['contacts:read'], revoked: ['notes:read'] }] },
  ]);
  expect(await one?.take(3)).toEqual([
    { granted: [], revoked: ['contacts:read'], permissions: less.toSorted(), role: 'CSR' },
    expect.objectContaining({ granted: ['notes:read'], revoked: [] }),
    expect.objectContaining({ granted: ['contacts:read'], revoked: ['notes:read'] }),
  ]);
  expect(await beside?.take(2)).toEqual([
    expect.objectContaining({ granted: ['notes:read'], revoked: [] }),
    expect.objectContaining({ granted: [], revoked: ['notes:read'] }),
  ]);
  expect(await other?.take(1)).toEqual([
    expect.objectContaining({ revoked: ['config:write'], role: 'SUPPORT' }),
  ]);
});
