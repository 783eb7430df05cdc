import { expect, test } from '@jest/globals';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

const ADD = `mutation ($input: AttributeAddInput!) { attributeAdd(input: $input) {
  attribute { id } userErrors { message } } }`;
const REMOVE = `mutation ($id: ID!, $force: Boolean) { attributeRemove(id: $id, force: $force) {
  strippedFromCount brokenPolicies { name } userErrors { code message path } } }`;
const SET = `mutation ($id: ID!, $add: [String!]) { userAttributesSet(id: $id, add: $add) { userErrors { message } } }`;
const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  fileAccessPolicyId userErrors { message } } }`;
const DELETE = 'mutation ($id: ID!) { fileAccessPolicyDelete(id: $id) { userErrors { message } } }';

const unique = (name: string) => `${name}-${crypto.randomUUID().slice(0, 8)}`;

async function added(by: Person, input: object): Promise<string> {
  return (await by.ask(ADD, { input })).attributeAdd.attribute.id;
}

async function refusal(by: Person, variables: object): Promise<{ message: string } | undefined> {
  const { data } = await by.run(REMOVE, { ...variables });
  return data.attributeRemove.userErrors[0];
}

test('an attribute in use is not removed: the refusal says how many users and policies use it, and which', async () => {
  const name = unique('used');
  const id = await added(ada, { name, valueType: 'NUMBER' });
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  await ada.ask(SET, { id: userId, add: [`${name}=1`] });
  await ada.ask(CREATE, {
    input: {
      name: 'Asks',
      filePattern: '**',
      condition: `user.attributes["${name}"] > 1`,
      effect: 'ALLOW',
    },
  });

  expect(await refusal(ada, { id })).toEqual({
    code: 'IN_USE',
    message: expect.stringMatching(/hold it: 1 \(A CSR\)\. .*name it: 1 \(Asks\)/),
    path: ['id'],
  });
  const { attributeRemove } = await ada.ask(REMOVE, { id, force: true });
  expect(attributeRemove).toMatchObject({ strippedFromCount: 1, brokenPolicies: [{ name: 'Asks' }] });
  const { user } = await ada.ask('query ($id: ID!) { user(id: $id) { attributes version } }', { id: userId });
  expect(user).toEqual({ attributes: [], version: 3 });
  expect(await refusal(ada, { id, force: true })).toMatchObject({ code: 'NOT_FOUND' });
});

const ANY_USE: [what: string, policy: (name: string) => { condition: string; isEnabled?: boolean }][] = [
  ['is disabled', (name) => ({ condition: `"${name}" in user.attributes`, isEnabled: false })],
  ['goes through names', (name) => ({ condition: `["${name}", "hr"].exists(a, a in user.attributes)` })],
  ['goes through attributes', (name) => ({ condition: `user.attributes.exists(a, a == "${name}")` })],
  ['calls the user otherwise', (name) => ({ condition: `[user].exists(u, "${name}" in u.attributes)` })],
  [
    'joins the name',
    (name) => ({ condition: `user.attributes["${name.slice(0, 3)}" + "${name.slice(3)}"] == true` }),
  ],
  ['makes the name up', (name) => ({ condition: `"${name.toUpperCase()}".lowerAscii() in user.attributes` })],
];

test.each(ANY_USE)('an attribute is in use by a policy that %s', async (_what, policy) => {
  const name = unique('used');
  const id = await added(ada, { name });
  const other = await added(ada, { name: unique('other') });
  const input = { name: 'Uses it', filePattern: '**', effect: 'ALLOW', ...policy(name) };
  const policyId = (await ada.ask(CREATE, { input })).fileAccessPolicyCreate.fileAccessPolicyId;
  expect(await refusal(ada, { id })).toEqual({
    code: 'IN_USE',
    message: expect.stringMatching(/name it: 1 \(Uses it\)/),
    path: ['id'],
  });
  const { attributeRemove } = await ada.ask(REMOVE, { id, force: true });
  expect(attributeRemove.brokenPolicies).toEqual([{ name: 'Uses it' }]);
  await ada.ask(DELETE, { id: policyId });
  await ada.ask(REMOVE, { id: other });
});

test('X: only a viewer who may read the attributes of others receives the names of the users who hold one', async () => {
  const name = unique('used');
  const id = await added(ada, { name });
  const { userId } = await installation.aUser('CSR', { tenantId: acme.id });
  await ada.ask(SET, { id: userId, add: [name] });
  const clerk = await installation.aUser('SUPPORT', { tenantId: acme.id });
  await ada.ask(
    'mutation ($id: ID!) { userUpdate(id: $id, input: { permissions: ["attributes:read", "attributes:write"] }) { userErrors { message } } }',
    { id: clerk.userId },
  );
  const { message } = (await refusal(clerk, { id })) ?? {};
  expect(message).toContain('Users who hold it: 1 (-). ');
  expect(message).not.toContain('CSR');
  expect((await refusal(ada, { id }))?.message).toContain('Users who hold it: 1 (A CSR). ');
});
