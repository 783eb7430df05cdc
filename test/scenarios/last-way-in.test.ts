import { afterAll, expect, test } from '@jest/globals';
import { grantedPermissions } from '../../src/rooms.ts';
import { anApiToken } from '../support/api-token.ts';
import { DELETE, doInBulk } from '../support/bulk.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, globex, gil, head } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN', head: 'ORGANIZATION_ADMIN' },
});
const issuer = await TestIssuer.start();
const { url } = installation.app;
const root = await installation.aUser('PLATFORM_ADMIN', {});

afterAll(() => issuer.stop());

const ALLOWED = 'auth.providers.allowed';
const FACTOR = 'auth.secondFactor.required';
const CLOSED = { code: 'INVALID_STATE', message: expect.stringContaining('API token') };
const write = (who: Person, entries: Readonly<Record<string, unknown>>, scope = 'TENANT') =>
  refusals(who, 'configUpdate', {
    input: { scope, set: Object.entries(entries).map(([path, value]) => ({ path, value })) },
  });

/** An administrator of a tenant who was given no password. */
async function anAdministrator(tenantId: string): Promise<string> {
  const input = {
    tenantId,
    name: 'A hope',
    role: 'TENANT_ADMIN',
    email: `${crypto.randomUUID()}@lockstep.test`,
  };
  return (await mutate(root, 'userCreate', { input }, 'userId')).userId;
}

/** Tries every way to take an administrator from its tenant; each is refused. */
async function expectToStay(who: Person, id: string): Promise<void> {
  const last = { code: 'FORBIDDEN_CHANGE', message: expect.stringContaining('TENANT_ADMIN') };
  const ways: [string, object, string[]][] = [
    ['userDelete', { id }, ['id']],
    ['userRoleSet', { id, role: 'CSR' }, ['role']],
    ['userStatusSet', { id, status: 'LOCKED' }, ['status']],
    ['userUpdate', { id, input: { isActive: false } }, ['input', 'isActive']],
  ];
  for (const [name, args, path] of ways)
    expect([name, await refusals(who, name, { ...args })]).toMatchObject([name, [{ ...last, path }]]);
}

async function aServiceAccount(tenantId: string): Promise<Person> {
  const input = {
    ...{ tenantId, name: 'A robot', role: 'TENANT_ADMIN', isServiceAccount: true },
    email: `${crypto.randomUUID()}@lockstep.test`,
  };
  const { userId } = await mutate(root, 'userCreate', { input }, 'userId');
  const permissions = ['users:read', 'users:write', 'persons:erase', ...grantedPermissions.of('CSR')];
  return (await anApiToken(root, url, permissions, { userId })).client;
}

test('X: an API token closes no way by which users of its own level sign in, by no write, no unset, and no rollback; it opens one', async () => {
  const { client } = await anApiToken(ada, url, ['config:read', 'config:write']);
  expect(await write(client, { [ALLOWED]: ['PASSWORD'] })).toMatchObject([
    { ...CLOSED, path: ['input', 'set', '0', 'value'] },
  ]);
  expect(await write(client, { [FACTOR]: true })).toMatchObject([
    { ...CLOSED, path: ['input', 'set', '0', 'value'] },
  ]);
  expect(await write(ada, { [ALLOWED]: ['PASSWORD'] })).toEqual([]);
  expect(await write(client, { [ALLOWED]: ['OIDC', 'PASSWORD'], 'branding.name': 'Acme' })).toEqual([]);
  expect(await refusals(client, 'configRollback', { scope: 'TENANT', toVersion: 1 })).toMatchObject([
    { ...CLOSED, path: ['toVersion'] },
  ]);
  expect(await write(ada, { [ALLOWED]: ['GOOGLE', 'OIDC', 'PASSWORD'] })).toEqual([]);
  const unset = { input: { scope: 'TENANT', unset: [ALLOWED] } };
  expect(await refusals(client, 'configUpdate', unset)).toMatchObject([
    { ...CLOSED, path: ['input', 'unset', '0'] },
  ]);
  const { client: ofPlatform } = await anApiToken(root, url, ['config:read', 'config:write']);
  expect(await write(ofPlatform, { [FACTOR]: true }, 'PLATFORM')).toMatchObject([CLOSED]);
});

test('X: a service account is no administrator who could sign in: neither its token nor its being there takes the last person', async () => {
  const id = gil.userId;
  const robot = await aServiceAccount(globex.id);
  for (const who of [robot, head]) await expectToStay(who, id);
});

test('X: an administrator without a password could sign in only by an outside issuer that counts: none takes the last one who could, also in a bulk job', async () => {
  const id = gil.userId;
  await anAdministrator(globex.id);
  await expectToStay(head, id);
  const job = await doInBulk(head, globex.id, DELETE, { ids: [id] });
  expect(job.items.nodes).toMatchObject([{ targetId: id, status: 'FAILED', errorCode: 'FORBIDDEN_CHANGE' }]);
  expect(await write(gil, { [ALLOWED]: ['PASSWORD'] })).toEqual([]);
  // Only now is there a node with an issuer: it may do the jobs of every node.
  const withIssuer = await installation.anotherNode(issuer.settings);
  const elsewhere = new Person(withIssuer.url, head.token);
  await expectToStay(elsewhere, id);
  expect(await write(gil, { [ALLOWED]: ['OIDC', 'PASSWORD'] })).toEqual([]);
  const lock = { id, status: 'LOCKED' };
  expect(await refusals(head, 'userStatusSet', lock)).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  expect(await refusals(elsewhere, 'userStatusSet', lock)).toEqual([]);
});

test('X: of two administrators whose erasure is asked for, the second one stays', async () => {
  const robot = await aServiceAccount(acme.id);
  const { userId } = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const erase = (id: string) => refusals(robot, 'personErase', { input: { userId: id } });
  expect(await erase(userId)).toEqual([]);
  expect(await erase(ada.userId)).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', message: expect.stringContaining('TENANT_ADMIN'), path: ['input', 'userId'] },
  ]);
  expect(await erase(userId)).toEqual([]);
});
