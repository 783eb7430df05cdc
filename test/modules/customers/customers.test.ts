import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { mutate, refusals } from '../../support/mutate.ts';

let installation: Installation;
let acme: TestTenant;
let admin: TestUser;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
});

afterAll(() => installation.stop());

const CONTACT = { company: 'Alder', contactName: 'Ada', email: 'ada@alder.test' };

test('2: a plan of another tenant is refused in the words for one that does not exist', async () => {
  const globex = await installation.aTenant('Globex');
  const monthlyPrice = { amountMinor: 1, currency: 'EUR' };
  const input = { tenantId: globex.id, name: 'Theirs', monthlyPrice };
  const { planId } = await mutate(installation.root, 'planCreate', { input }, 'planId');
  const unknown = await refusals(admin, 'customerCreate', {
    input: { ...CONTACT, planId: crypto.randomUUID() },
  });
  expect(unknown).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'planId'] }]);
  expect(await refusals(admin, 'customerCreate', { input: { ...CONTACT, planId } })).toEqual(unknown);
  const id = await installation.aCustomer(acme.id);
  expect(await refusals(admin, 'customerUpdate', { id, input: { planId } })).toEqual(unknown);
});

test('a customer that has users cannot be deleted', async () => {
  const id = await installation.aCustomer(acme.id);
  await installation.aUser('OWNER', { tenantId: acme.id, customerId: id });
  expect(await refusals(admin, 'customerDelete', { id })).toMatchObject([{ code: 'IN_USE' }]);
});

test('all faults of the input are refused together', async () => {
  const input = { ...CONTACT, company: ' ', email: 'nobody' };
  expect(await refusals(admin, 'customerCreate', { input })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'company'] },
    { code: 'INVALID_INPUT', path: ['input', 'email'] },
  ]);
});

test('the statistics of a tenant count its customers by status', async () => {
  const globex = await installation.aTenant('Counted');
  await installation.aCustomer(globex.id);
  const id = await installation.aCustomer(globex.id);
  await mutate(installation.root, 'customerUpdate', { id, input: { status: 'ACTIVE' } });
  const { customerStats } = await installation.root.ask(
    'query ($id: ID) { customerStats(tenantId: $id) { byStatus { status count } } }',
    { id: globex.id },
  );
  const counted = customerStats.byStatus.filter(({ count }: { count: number }) => count > 0);
  expect(counted).toEqual(
    expect.arrayContaining([
      { status: 'TRIAL', count: 1 },
      { status: 'ACTIVE', count: 1 },
    ]),
  );
});
