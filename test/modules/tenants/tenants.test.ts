import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, signIn, TEST_PASSWORD, type TestTenant } from '../../support/installation.ts';
import { mutate, refusals } from '../../support/mutate.ts';
import { Person } from '../../support/person.ts';

let installation: Installation;
let acme: TestTenant;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
});

afterAll(() => installation.stop());

const aTenantOf = (organizationId: string, slug: string) => ({ input: { organizationId, name: slug, slug } });

test('the slugs of all tenants differ, also across organizations', async () => {
  const { root } = installation;
  await mutate(root, 'tenantCreate', aTenantOf(acme.organizationId, 'taken'));
  const globex = await installation.aTenant('Globex');
  expect(await refusals(root, 'tenantCreate', aTenantOf(globex.organizationId, 'taken'))).toMatchObject([
    { code: 'ALREADY_EXISTS', path: ['input', 'slug'] },
  ]);
});

test('a tenant of an organization that does not exist is refused', async () => {
  expect(
    await refusals(installation.root, 'tenantCreate', aTenantOf(crypto.randomUUID(), 'nowhere')),
  ).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'organizationId'] }]);
});

test('a tenant is kept while it has rows, and the refusal says which', async () => {
  await installation.aCustomer(acme.id);
  expect(await refusals(installation.root, 'tenantDelete', { id: acme.id })).toMatchObject([
    { code: 'IN_USE', message: expect.stringMatching(/customers/i) },
  ]);
});

test('the users of a suspended tenant cannot act until it is active again and they sign in again', async () => {
  const { id } = await installation.aTenant('Resting');
  const csr = await installation.aUser('CSR', { tenantId: id });
  const { root } = installation;
  await mutate(root, 'tenantUpdate', { id, input: { status: 'SUSPENDED' } });
  const { data, errors } = await csr.run('{ customers { totalCount } }');
  expect([data?.customers ?? null, errors?.[0]?.extensions.code]).toEqual([null, expect.any(String)]);
  await mutate(root, 'tenantUpdate', { id, input: { status: 'ACTIVE' } });
  expect((await csr.run('{ customers { totalCount } }')).errors?.[0]?.extensions.code).toBe(
    'UNAUTHENTICATED',
  );
  const { url } = installation.app;
  const again = new Person(url, await signIn(url, csr.email, TEST_PASSWORD));
  expect(await again.ask('{ customers { totalCount } }')).toEqual({ customers: { totalCount: 0 } });
});
