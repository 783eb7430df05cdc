import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { mutate, refusals } from '../../support/mutate.ts';

const PRICE = { amountMinor: 900, currency: 'EUR' };

let installation: Installation;
let acme: TestTenant;
let admin: TestUser;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  admin = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
});

afterAll(() => installation.stop());

async function aPlan(name: string): Promise<string> {
  return (await mutate(admin, 'planCreate', { input: { name, monthlyPrice: PRICE } }, 'planId')).planId;
}

test('a plan cannot take the name of another plan of its tenant, at creation or later', async () => {
  const id = await aPlan('Solo');
  await aPlan('Team');
  const taken = [{ code: 'ALREADY_EXISTS', path: ['input', 'name'] }];
  expect(await refusals(admin, 'planCreate', { input: { name: 'Team', monthlyPrice: PRICE } })).toMatchObject(
    taken,
  );
  expect(await refusals(admin, 'planUpdate', { id, input: { name: 'Team' } })).toMatchObject(taken);
  await mutate(admin, 'planUpdate', { id, input: { name: 'Solo' } });
});

test('a plan cannot take a name that looks like that of another plan, however they are written at the same time', async () => {
  const id = await aPlan('Gold');
  const create = (name: string) => refusals(admin, 'planCreate', { input: { name, monthlyPrice: PRICE } });
  const taken = [{ code: 'ALREADY_EXISTS', path: ['input', 'name'] }];
  for (const name of ['Gold\u200b', 'GOLD', 'Ｇｏｌｄ', 'Go\u200dld'])
    expect(await create(name)).toMatchObject(taken);
  expect(await create('Göld')).toEqual([]);
  await mutate(admin, 'planUpdate', { id, input: { name: 'GOLD' } });
  const both = await Promise.all([create('Silver'), create('SILVER')]);
  expect(both.map((refused) => refused.length).toSorted()).toEqual([0, 1]);
});

test('two tenants can have plans of one name', async () => {
  const globex = await installation.aTenant('Globex');
  await aPlan('Shared');
  const input = { tenantId: globex.id, name: 'Shared', monthlyPrice: PRICE };
  await mutate(installation.root, 'planCreate', { input });
});

test('a plan that customers have is kept until they have another one', async () => {
  const id = await aPlan('Held');
  const customerId = await installation.aCustomer(acme.id);
  await mutate(admin, 'customerUpdate', { id: customerId, input: { planId: id } });
  expect(await refusals(admin, 'planDelete', { id })).toMatchObject([
    { code: 'IN_USE', message: expect.stringMatching(/customers/i) },
  ]);
  await mutate(admin, 'customerUpdate', { id: customerId, input: { planId: null } });
  await mutate(admin, 'planDelete', { id });
});

test('a price is never negative', async () => {
  const input = { name: 'Odd', monthlyPrice: { amountMinor: -1, currency: 'EUR' } };
  expect(await refusals(admin, 'planCreate', { input })).toMatchObject([{ code: 'INVALID_INPUT' }]);
});
