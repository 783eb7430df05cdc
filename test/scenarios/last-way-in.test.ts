import { expect, test } from '@jest/globals';
import { grantedPermissions } from '../../src/rooms.ts';
import { anApiToken } from '../support/api-token.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, ada, globex, gil, head } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN', head: 'ORGANIZATION_ADMIN' },
});
const { url } = installation.app;
const root = await installation.aUser('PLATFORM_ADMIN', {});

const ALLOWED = 'auth.providers.allowed';
const FACTOR = 'auth.secondFactor.required';
const CLOSED = { code: 'INVALID_STATE', message: expect.stringContaining('API token') };
const write = (who: Person, entries: Readonly<Record<string, unknown>>, scope = 'TENANT') =>
  refusals(who, 'configUpdate', {
    input: { scope, set: Object.entries(entries).map(([path, value]) => ({ path, value })) },
  });

async function aServiceAccount(tenantId: string): Promise<Person> {
  const input = {
    ...{ tenantId, name: 'A robot', role: 'TENANT_ADMIN', isServiceAccount: true },
    email: `${crypto.randomUUID()}@lockstep.test`,
  };
  const { userId } = await mutate(root, 'userCreate', { input }, 'userId');
  const permissions = ['users:read', 'users:write', ...grantedPermissions.of('CSR')];
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
  const last = { code: 'FORBIDDEN_CHANGE', message: expect.stringContaining('TENANT_ADMIN') };
  for (const who of [robot, head]) {
    expect(await refusals(who, 'userDelete', { id })).toMatchObject([{ ...last, path: ['id'] }]);
    expect(await refusals(who, 'userRoleSet', { id, role: 'CSR' })).toMatchObject([
      { ...last, path: ['role'] },
    ]);
    expect(await refusals(who, 'userStatusSet', { id, status: 'LOCKED' })).toMatchObject([
      { ...last, path: ['status'] },
    ]);
    expect(await refusals(who, 'userUpdate', { id, input: { isActive: false } })).toMatchObject([
      { ...last, path: ['input', 'isActive'] },
    ]);
  }
});
