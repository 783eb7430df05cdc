import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant } from '../../support/installation.ts';
import { codes, mutate, refusals } from '../../support/mutate.ts';

let installation: Installation;
let acme: TestTenant;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
});

afterAll(() => installation.stop());

const anOrganization = (slug: string) =>
  mutate(installation.root, 'organizationCreate', { input: { name: slug, slug } }, 'organizationId');

test('the slugs of organizations differ, and a change cannot make two the same', async () => {
  const { organizationId: id } = await anOrganization('first');
  await anOrganization('second');
  const taken = [{ code: 'ALREADY_EXISTS', path: ['input', 'slug'] }];
  const { root } = installation;
  expect(
    await refusals(root, 'organizationCreate', { input: { name: 'Other', slug: 'second' } }),
  ).toMatchObject(taken);
  expect(await refusals(root, 'organizationUpdate', { id, input: { slug: 'second' } })).toMatchObject(taken);
});

test('an organization that has tenants cannot be deleted', async () => {
  expect(await refusals(installation.root, 'organizationDelete', { id: acme.organizationId })).toMatchObject([
    { code: 'IN_USE', message: expect.stringMatching(/tenants/i) },
  ]);
});

test('an organization that has users cannot be deleted', async () => {
  const { organizationId } = await anOrganization('of-people');
  await installation.aUser('ORGANIZATION_ADMIN', { organizationId });
  expect(await refusals(installation.root, 'organizationDelete', { id: organizationId })).toMatchObject([
    { code: 'IN_USE', message: expect.stringMatching(/users/i) },
  ]);
});

test('only a PLATFORM_ADMIN writes organizations, and its own admin sees no other', async () => {
  const admin = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
  const other = (await anOrganization('elsewhere')).organizationId;
  expect(await codes(admin, 'organizationUpdate', { id: acme.organizationId, input: { name: 'X' } })).toEqual(
    ['FORBIDDEN'],
  );
  const seen = await admin.ask(
    'query ($own: ID!, $other: ID!) { own: organization(id: $own) { id } other: organization(id: $other) { id } }',
    { own: acme.organizationId, other },
  );
  expect(seen).toEqual({ own: { id: acme.organizationId }, other: null });
});
