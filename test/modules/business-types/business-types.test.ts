import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant } from '../../support/installation.ts';
import { mutate, refusals } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';

let installation: Installation;
let acme: TestTenant;
let root: Person;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  root = installation.root;
});

afterAll(() => installation.stop());

async function aBusinessType(key: string): Promise<string> {
  const input = { key, name: `The ${key}` };
  return (await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId')).businessTypeId;
}

test('users of a tenant neither read nor write business types', async () => {
  const admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const id = await aBusinessType('hidden');
  const read = await admin.run('query ($id: ID!) { businessType(id: $id) { id } }', { id });
  expect(read.data?.businessType).toBeNull();
  const input = { key: 'mine', name: 'Mine' };
  const written = await admin.run(
    'mutation ($input: BusinessTypeCreateInput!) { businessTypeCreate(input: $input) { businessTypeId } }',
    { input },
  );
  expect(written.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('a business type cannot take the key of another one', async () => {
  await aBusinessType('lettings');
  const input = { key: 'lettings', name: 'Lettings' };
  expect(await refusals(root, 'businessTypeCreate', { input })).toMatchObject([
    { code: 'ALREADY_EXISTS', path: ['input', 'key'] },
  ]);
});

test('a tenant cannot have a business type that does not exist', async () => {
  const businessTypeId = '0196a5de-0000-7000-8000-000000000000';
  expect(await refusals(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId } })).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'businessTypeId'] },
  ]);
});

test('a business type that a tenant has is kept until it has another one', async () => {
  const id = await aBusinessType('held');
  await mutate(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId: id } });
  expect(await refusals(root, 'businessTypeDelete', { id })).toMatchObject([
    { code: 'IN_USE', message: expect.stringMatching(/tenants/i) },
  ]);
  await mutate(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId: null } });
  await mutate(root, 'businessTypeDelete', { id });
});
