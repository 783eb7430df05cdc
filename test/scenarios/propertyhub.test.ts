import { expect, test } from '@jest/globals';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, bob } = await aStage({ acme: { ada: 'TENANT_ADMIN', bob: 'TENANT_ADMIN' } });

const LIST = 'query { customers { feedCursor totalCount nodes { id company email version } } }';
const STATS = 'query { customerStats { total byStatus { status count } } }';

test('1: an edit reaches the other admin’s list and the owner’s account; the resident learns neither price nor e-mail', async () => {
  const plan = await ada.ask(
    'mutation { planCreate(input: { name: "Growth", monthlyPrice: { amountMinor: 24900, currency: "EUR" } }) { plan { id } userErrors { message } } }',
  );
  const customerId = await installation.aCustomer(acme.id);
  const place = { tenantId: acme.id, customerId };
  const [owner, resident] = [
    await installation.aUser('OWNER', place),
    await installation.aUser('RESIDENT', place),
  ];
  const after = await bob.now(acme.id);
  const list = bob.follow(
    'subscription ($after: Cursor) { customerUpdated(after: $after) { changedFields customer { company email plan { name monthlyPrice { amountMinor } } } } }',
    { after },
  );
  const ACCOUNT = `subscription ($after: Cursor) { accountUpdated(after: $after) {
    changedFields account { company email plan { name monthlyPrice { amountMinor } } } } }`;
  const ofOwner = owner.follow(ACCOUNT, { after });
  const ofResident = resident.follow(ACCOUNT, { after });

  await ada.ask(
    `mutation ($id: ID!, $planId: ID!) { customerUpdate(id: $id, input: { company: "Birch Homes", email: "new@birch.test", planId: $planId, internalNotes: "late payer" }) {
       customer { id } userErrors { message } } }`,
    { id: customerId, planId: plan.planCreate.plan.id },
  );

  expect(await list.event()).toEqual({
    changedFields: expect.arrayContaining(['company', 'email', 'plan', 'internalNotes']),
    customer: {
      company: 'Birch Homes',
      email: 'new@birch.test',
      plan: { name: 'Growth', monthlyPrice: { amountMinor: 24900 } },
    },
  });
  expect(await ofOwner.event()).toEqual({
    changedFields: expect.not.arrayContaining(['internalNotes']),
    account: {
      company: 'Birch Homes',
      email: 'new@birch.test',
      plan: { name: 'Growth', monthlyPrice: { amountMinor: 24900 } },
    },
  });
  const seen = await ofResident.next();
  expect(seen.data).toEqual({
    accountUpdated: {
      changedFields: expect.not.arrayContaining(['email', 'internalNotes']),
      account: { company: 'Birch Homes', email: null, plan: { name: 'Growth', monthlyPrice: null } },
    },
  });
  expect(JSON.stringify(seen)).not.toMatch(/new@birch\.test|24900|late payer/);
});

test('2: a new customer appears in the other list, and the count rises by one at the same position of the feed', async () => {
  const before = await bob.ask(STATS);
  const after = await bob.now(acme.id);
  const created = bob.follow(
    'subscription ($after: Cursor) { customerCreated(after: $after) { cursor customer { id company } } }',
    { after },
  );
  const stats = bob.follow(
    'subscription ($after: Cursor) { customerStatsChanged(after: $after) { cursor stats { total } } }',
    { after },
  );

  const { customerCreate } = await ada.ask(
    'mutation { customerCreate(input: { company: "Cedar", contactName: "Cy", email: "cy@cedar.test" }) { customer { id } cursor userErrors { message } } }',
  );

  expect(await created.event()).toMatchObject({
    customer: { id: customerCreate.customer.id, company: 'Cedar' },
  });
  expect(await stats.event()).toMatchObject({ stats: { total: before.customerStats.total + 1 } });
  expect(await bob.ask(LIST)).toMatchObject({ customers: { totalCount: before.customerStats.total + 1 } });
});

test('3: a deleted customer disappears from the other list, and the count falls', async () => {
  const customerId = await installation.aCustomer(acme.id, 'Dogwood');
  const before = await bob.ask(STATS);
  const after = await bob.now(acme.id);
  const deleted = bob.follow(
    'subscription ($after: Cursor) { customerDeleted(after: $after) { customerId } }',
    { after },
  );
  const stats = bob.follow(
    'subscription ($after: Cursor) { customerStatsChanged(after: $after) { stats { total } } }',
    { after },
  );

  await ada.ask('mutation ($id: ID!) { customerDelete(id: $id) { customerId userErrors { message } } }', {
    id: customerId,
  });

  expect(await deleted.event()).toEqual({ customerId });
  expect(await stats.event()).toEqual({ stats: { total: before.customerStats.total - 1 } });
  expect((await bob.ask(LIST)).customers.nodes).not.toContainEqual(
    expect.objectContaining({ id: customerId }),
  );
});

test('4: an admin who becomes SUPPORT stays in both lists, and its own running streams lose what SUPPORT may not see', async () => {
  const demoted = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const users = await ada.ask('query { users { totalCount } }');
  const after = await ada.now(acme.id);
  const USERS =
    'subscription ($after: Cursor) { userUpdated(after: $after) { user { id role permissions } } }';
  const PLANS =
    'subscription ($after: Cursor) { planUpdated(after: $after) { plan { name monthlyPrice { amountMinor } } } }';
  const ofAda = ada.follow(USERS, { after });
  const own = demoted.follow(USERS, { after });
  const plans = demoted.follow(PLANS, { after });
  const permissions = demoted.follow(
    'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { revoked granted } }',
    { after },
  );
  const { planCreate } = await ada.ask(
    'mutation { planCreate(input: { name: "Solo", monthlyPrice: { amountMinor: 900, currency: "EUR" } }) { plan { id } userErrors { message } } }',
  );
  const RENAME =
    'mutation ($id: ID!, $name: String!) { planUpdate(id: $id, input: { name: $name }) { plan { id } userErrors { message } } }';

  await ada.ask(RENAME, { id: planCreate.plan.id, name: 'Solo I' });
  expect(await plans.event()).toEqual({ plan: { name: 'Solo I', monthlyPrice: { amountMinor: 900 } } });
  await ada.ask(
    'mutation ($id: ID!) { userRoleSet(id: $id, role: SUPPORT) { user { role } userErrors { message } } }',
    { id: demoted.userId },
  );
  await ada.ask(RENAME, { id: planCreate.plan.id, name: 'Solo II' });

  expect(await ofAda.event()).toEqual({ user: { id: demoted.userId, role: 'SUPPORT', permissions: [] } });
  const later = await plans.next();
  expect(later.data).toEqual({ planUpdated: { plan: { name: 'Solo II', monthlyPrice: null } } });
  expect(later.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(await permissions.event()).toMatchObject({
    revoked: expect.arrayContaining(['prices:read', 'users:write']),
    granted: [],
  });
  expect((await own.next()).data).toMatchObject({
    userUpdated: { user: { id: demoted.userId, role: 'SUPPORT' } },
  });
  expect(await ada.ask('query { users { totalCount } }')).toEqual(users);
});
