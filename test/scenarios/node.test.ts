import { expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const customerId = await installation.aCustomer(acme.id);
const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
const { plan } = await mutate(
  ada,
  'planCreate',
  { input: { name: 'Basic', monthlyPrice: { amountMinor: 100, currency: 'EUR' } } },
  'plan { id }',
);
const { property } = await mutate(
  ada,
  'propertyCreate',
  { input: { customerId, name: 'Alder Court', address: 'Alder Lane 1' } },
  'property { id }',
);

const NODE = `query ($id: ID!) { node(id: $id) {
  __typename id version
  ... on Customer { company }
  ... on Plan { name }
  ... on Property { title: name }
  ... on Account { company }
} }`;

const nodeOf = async (who: Person, id: string) => (await who.ask(NODE, { id })).node;

test('X: strangers may ask for no node, and a text that is no id is the id of none', async () => {
  const asked = await installation.stranger().run(NODE, { id: customerId });
  expect(asked.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(await nodeOf(ada, "1' OR true --")).toBeNull();
});

test('T: rows of another tenant, rows of a closed type, and rows that never were answer alike', async () => {
  for (const id of [customerId, plan.id, property.id, acme.id, ada.userId, crypto.randomUUID()]) {
    expect(await nodeOf(gil, id)).toBeNull();
  }
  // A customer's own user may read no plans and none of the staff.
  expect(await nodeOf(owner, plan.id)).toBeNull();
  expect(await nodeOf(owner, cleo.userId)).toBeNull();
});

test('a row is found by its id alone, and is what the query of its type shows', async () => {
  expect(await nodeOf(ada, customerId)).toMatchObject({ __typename: 'Customer', company: 'Alder Homes' });
  expect(await nodeOf(ada, plan.id)).toMatchObject({ __typename: 'Plan', name: 'Basic' });
  expect(await nodeOf(ada, property.id)).toMatchObject({ __typename: 'Property', title: 'Alder Court' });
  expect(await nodeOf(gil, globex.id)).toMatchObject({ __typename: 'Tenant', id: globex.id });
  expect(await nodeOf(installation.root, customerId)).toMatchObject({ __typename: 'Customer' });
});

test("a customer's own user finds the customer as its Account, under the type that it may read", async () => {
  expect(await nodeOf(owner, customerId)).toMatchObject({ __typename: 'Account', company: 'Alder Homes' });
});

test('rows of a module that is off answer like rows that never were', async () => {
  const set = [{ path: 'modules.properties.enabled', value: false }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  expect(await nodeOf(ada, property.id)).toBeNull();
  expect(await nodeOf(installation.root, property.id)).toBeNull();
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: ['modules.properties.enabled'] } });
  expect(await nodeOf(ada, property.id)).toMatchObject({ title: 'Alder Court' });
});
