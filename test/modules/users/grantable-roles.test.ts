import { expect, test } from '@jest/globals';
import { codes } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { acme, head, admin, support, csr } = await aStage({
  acme: { head: 'ORGANIZATION_ADMIN', admin: 'TENANT_ADMIN', support: 'SUPPORT', csr: 'CSR' },
});

const aUser = (role: string) => ({
  input: {
    tenantId: acme.id,
    role,
    name: 'New',
    email: `${crypto.randomUUID()}@lockstep.test`,
    password: 'a-good-test-password',
  },
});

test.each(['TENANT_ADMIN', 'SUPPORT'])(
  'X: a viewer makes no %s that may do more than itself, neither by a creation nor by a change of role',
  async (role) => {
    expect(await codes(head, 'userCreate', aUser(role))).toEqual(['FORBIDDEN_CHANGE']);
    expect(await codes(head, 'userRoleSet', { id: csr.userId, role })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await codes(admin, 'userCreate', aUser(role))).toEqual([]);
  },
);

test('an administrator of an organization manages the users of its tenants, but takes over none by another address', async () => {
  expect(await codes(head, 'userCreate', aUser('CSR'))).toEqual([]);
  const email = 'mine@lockstep.test';
  expect(await codes(head, 'userUpdate', { id: admin.userId, input: { email } })).toEqual([
    'FORBIDDEN_CHANGE',
  ]);
  expect(await codes(head, 'userUpdate', { id: csr.userId, input: { email } })).toEqual([]);
  expect(await codes(head, 'userStatusSet', { id: support.userId, status: 'LOCKED' })).toEqual([]);
});
