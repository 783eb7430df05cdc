import { expect, test } from '@jest/globals';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, bob, head, support, csr, globex, gus } = await aStage({
  acme: {
    ada: 'TENANT_ADMIN',
    bob: 'TENANT_ADMIN',
    head: 'ORGANIZATION_ADMIN',
    support: 'SUPPORT',
    csr: 'CSR',
  },
  globex: { gus: 'TENANT_ADMIN' },
});
const customerId = await installation.aCustomer(acme.id);
const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });

const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  fileAccessPolicyId userErrors { code message path } } }`;
const UPDATE = `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
  userErrors { code message } } }`;
const DELETE = 'mutation ($id: ID!) { fileAccessPolicyDelete(id: $id) { userErrors { code message } } }';
const ADD =
  'mutation ($input: AttributeAddInput!) { attributeAdd(input: $input) { attributeId userErrors { code message } } }';
const REMOVE = 'mutation ($id: ID!) { attributeRemove(id: $id) { userErrors { code message } } }';
const LIST = `query ($tenantId: ID) { fileAccessPolicies(tenantId: $tenantId) { feedCursor nodes { id name effect version } } }`;
const POLICIES = `subscription ($tenantId: ID, $after: Cursor) { fileAccessPolicyChanged(tenantId: $tenantId, after: $after) {
  __typename
  ... on FileAccessPolicyCreated { fileAccessPolicy { id name effect version } }
  ... on FileAccessPolicyUpdated { changedFields fileAccessPolicy { id name effect version } }
  ... on FileAccessPolicyDeleted { fileAccessPolicyId } } }`;
const ATTRIBUTES = `subscription ($tenantId: ID, $after: Cursor) { attributeChanged(tenantId: $tenantId, after: $after) {
  __typename ... on AttributeAdded { attribute { name } } ... on AttributeRemoved { attributeId } } }`;
const EVERYTHING =
  'subscription ($after: Cursor) { changes(after: $after) { __typename ... on CustomerUpdated { customer { company } } ... on AccountUpdated { account { company } } ... on TenantUpdated { tenant { name } } } }';

const POLICY = {
  name: 'Invoices',
  filePattern: '/invoices/**',
  condition: '"finance" in user.attributes',
  effect: 'ALLOW',
};

const codeOf = async (by: Person, document: string, variables: object) => {
  const { data, errors } = await by.run(document, { ...variables });
  const [payload] = Object.values(data ?? {}) as { userErrors?: { code: string }[] }[];
  return errors?.[0]?.extensions.code ?? payload?.userErrors?.[0]?.code ?? 'DONE';
};

test('users without the permission can neither create, read nor subscribe to policies and attributes', async () => {
  for (const person of [support, csr, owner]) {
    expect(await codeOf(person, CREATE, { input: POLICY })).toBe('FORBIDDEN');
    expect(await codeOf(person, ADD, { input: { name: 'finance' } })).toBe('FORBIDDEN');
    expect(await codeOf(person, LIST, {})).toBe('FORBIDDEN');
    const refused = await person.follow(POLICIES).next();
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  }
  const inAcme = { tenantId: acme.id };
  expect(await codeOf(head, CREATE, { input: { ...POLICY, ...inAcme } })).toBe('FORBIDDEN');
  expect(await codeOf(head, LIST, inAcme)).toBe('DONE');
  expect(await codeOf(gus, CREATE, { input: { ...POLICY, ...inAcme } })).toBe('NOT_FOUND');
  expect(await codeOf(gus, LIST, inAcme)).toBe('NOT_FOUND');
});

test('administrators of the tenant and of its organization receive the same changes in order, and no other user receives any', async () => {
  const { fileAccessPolicies } = await bob.ask(LIST);
  const after = fileAccessPolicies.feedCursor;
  const windows = [bob.follow(POLICIES, { after }), head.follow(POLICIES, { after, tenantId: acme.id })];
  const pools = [bob.follow(ATTRIBUTES, { after }), head.follow(ATTRIBUTES, { after, tenantId: acme.id })];
  const outside = [support, csr, owner].map((person) => person.follow(EVERYTHING, { after }));
  const ofGus = gus.follow(EVERYTHING, { after: await gus.now(globex.id) });

  const { fileAccessPolicyCreate } = await ada.ask(CREATE, { input: POLICY });
  const id = fileAccessPolicyCreate.fileAccessPolicyId;
  await ada.ask(UPDATE, { id, input: { effect: 'DENY' } });
  const { attributeAdd } = await ada.ask(ADD, { input: { name: 'finance' } });
  // Two windows race: one of them wins, and the other receives the refusal.
  expect(await codeOf(bob, REMOVE, { id: attributeAdd.attributeId })).toBe('IN_USE');
  await bob.ask(DELETE, { id });
  expect(await codeOf(ada, DELETE, { id })).toBe('NOT_FOUND');
  await ada.ask(REMOVE, { id: attributeAdd.attributeId });

  for (const stream of windows) {
    const seen = await stream.changes(3);
    const row = { id, name: 'Invoices' };
    expect(seen).toEqual([
      { __typename: 'FileAccessPolicyCreated', fileAccessPolicy: { ...row, effect: 'ALLOW', version: 1 } },
      {
        __typename: 'FileAccessPolicyUpdated',
        changedFields: ['effect'],
        fileAccessPolicy: { ...row, effect: 'DENY', version: 2 },
      },
      { __typename: 'FileAccessPolicyDeleted', fileAccessPolicyId: id },
    ]);
  }
  for (const stream of pools) {
    expect(await stream.changes(2)).toEqual([
      { __typename: 'AttributeAdded', attribute: { name: 'finance' } },
      { __typename: 'AttributeRemoved', attributeId: attributeAdd.attributeId },
    ]);
  }
  // The next change that the others receive is a later one.
  for (const { id: tenant } of [acme, globex]) {
    await installation.root.ask(
      'mutation ($id: ID!) { tenantUpdate(id: $id, input: { name: "Next" }) { userErrors { message } } }',
      { id: tenant },
    );
  }
  for (const stream of [...outside, ofGus]) {
    expect(await stream.change()).toEqual({ __typename: 'TenantUpdated', tenant: { name: 'Next' } });
  }
});

test('a policy and an attribute open and close a file for an owner, who receives the change of the attribute', async () => {
  const decision = async (by: Person) =>
    (await by.ask('{ accessDecision(path: "/invoices/2026/1.pdf") { isAllowed reason } }')).accessDecision
      .reason;
  const after = await ada.now(acme.id);
  const mine = owner.follow(
    'subscription ($after: Cursor) { userUpdated(after: $after) { user { id accessDecision(path: "/invoices/1.pdf") { isAllowed } } } }',
    { after },
  );
  expect(await decision(owner)).toBe('NO_POLICY_MATCHES');
  const { fileAccessPolicyCreate } = await ada.ask(CREATE, { input: POLICY });
  expect(await decision(owner)).toBe('NO_POLICY_MATCHES');
  await ada.ask(
    'mutation ($id: ID!) { userAttributesSet(id: $id, add: ["finance"]) { userErrors { message } } }',
    { id: owner.userId },
  );
  expect(await decision(owner)).toBe('ALLOWED_BY_POLICY');
  expect(await mine.event()).toEqual({ user: { id: owner.userId, accessDecision: { isAllowed: true } } });
  await ada.ask(UPDATE, { id: fileAccessPolicyCreate.fileAccessPolicyId, input: { isEnabled: false } });
  expect(await decision(owner)).toBe('NO_POLICY_MATCHES');
  expect(await decision(csr)).toBe('NO_POLICY_MATCHES');
});
