import { expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { aStage } from '../support/stage.ts';

const { acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const CHANGES = `subscription ($after: Cursor) { changes(after: $after) {
  __typename
  ... on EntityEvent { entityId entity { __typename id version } }
  ... on PlanEvent { plan { name } }
  ... on CustomerEvent { customer { company } }
} }`;

test('one selection shows every entity: its type, its fields, and its deletion', async () => {
  const stream = ada.follow(CHANGES, { after: await ada.now(acme.id) });
  const price = { amountMinor: 900, currency: 'EUR' };
  const plan = { input: { name: 'Solo', monthlyPrice: price } };
  const { planId: id } = await mutate(ada, 'planCreate', plan, 'planId');
  await mutate(ada, 'planUpdate', { id, input: { name: 'Duo' } });
  await mutate(ada, 'planDelete', { id });
  const customer = { input: { company: 'Alder', contactName: 'Ada', email: 'ada@alder.test' } };
  const { customerId } = await mutate(ada, 'customerCreate', customer, 'customerId');

  const entity = (version: number) => ({ __typename: 'Plan', id, version });
  expect(await stream.changes(4)).toEqual([
    { __typename: 'PlanCreated', entityId: id, entity: entity(1), plan: { name: 'Solo' } },
    { __typename: 'PlanUpdated', entityId: id, entity: entity(2), plan: { name: 'Duo' } },
    { __typename: 'PlanDeleted', entityId: id, entity: null },
    {
      __typename: 'CustomerCreated',
      entityId: customerId,
      entity: { __typename: 'Customer', id: customerId, version: 1 },
      customer: { company: 'Alder' },
    },
  ]);
});
