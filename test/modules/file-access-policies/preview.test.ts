import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import type { Person } from '../../support/person.ts';

let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
let csr: TestUser;
let support: TestUser;

beforeAll(async () => {
  installation = await Installation.start();
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  csr = await installation.aUser('CSR', { tenantId: acme.id });
  support = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const locked = await installation.aUser('SUPPORT', { tenantId: acme.id });
  await ada.ask('mutation ($id: ID!) { userStatusSet(id: $id, status: LOCKED) { userErrors { message } } }', {
    id: locked.userId,
  });
});

afterAll(() => installation.stop());

const PREVIEW = `query ($id: ID, $tenantId: ID, $input: FileAccessPolicyTriedInput, $isRemoved: Boolean, $paths: [String!]!) {
  fileAccessPolicyPreview(id: $id, tenantId: $tenantId, input: $input, isRemoved: $isRemoved, paths: $paths) {
    gainedCount lostCount isTruncated changes { user { id } path before after } } }`;
const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  fileAccessPolicyId userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
  userErrors { message } } }`;

const preview = async (variables: object, by: Person = ada) =>
  (await by.ask(PREVIEW, { ...variables })).fileAccessPolicyPreview;

const codeOf = async (variables: object, by: Person = ada) =>
  (await by.run(PREVIEW, { paths: ['/x'], ...variables })).errors?.[0]?.extensions.code;

const NEW = { filePattern: '/notes/*', condition: 'user.role in ["CSR", "SUPPORT"]', effect: 'ALLOW' };

test('a preview of what could not be written, of no policy or of no tenant in view is refused', async () => {
  const globex = await installation.aTenant('Globex');
  const gus = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  const { fileAccessPolicyCreate } = await gus.ask(CREATE, { input: { name: 'Theirs', ...NEW } });
  expect(await codeOf({ input: NEW }, csr)).toBe('FORBIDDEN');
  expect(await codeOf({ input: { ...NEW, condition: 'user.nme == ""' } })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ input: NEW, paths: [] })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ input: NEW, paths: Array.from({ length: 21 }, (_, index) => `/${index}`) })).toBe(
    'BAD_USER_INPUT',
  );
  expect(await codeOf({ input: NEW, paths: ['/a/../b'] })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ isRemoved: true })).toBe('BAD_USER_INPUT');
  expect(await codeOf({ input: NEW, tenantId: globex.id })).toBe('NOT_FOUND');
  expect(await codeOf({ id: fileAccessPolicyCreate.fileAccessPolicyId, isRemoved: true })).toBe('NOT_FOUND');
  expect(await codeOf({ id: crypto.randomUUID(), isRemoved: true })).toBe('NOT_FOUND');
});

test('a preview tells who would gain and who would lose, and nobody whose account is not in use', async () => {
  const paths = ['/notes/a', '/other/a'];
  const gained = await preview({ input: NEW, paths });
  expect(gained).toMatchObject({ gainedCount: 2, lostCount: 0, isTruncated: false });
  const change = { path: '/notes/a', before: 'DENY', after: 'ALLOW' };
  expect(gained.changes).toEqual([
    { user: { id: csr.userId }, ...change },
    { user: { id: support.userId }, ...change },
  ]);

  const { fileAccessPolicyCreate } = await ada.ask(CREATE, { input: { name: 'Notes', ...NEW } });
  const id = fileAccessPolicyCreate.fileAccessPolicyId;
  const lost = { user: { id: csr.userId }, path: '/notes/a', before: 'ALLOW', after: 'DENY' };
  expect(await preview({ id, input: { condition: 'user.role == "SUPPORT"' }, paths })).toEqual({
    gainedCount: 0,
    lostCount: 1,
    isTruncated: false,
    changes: [lost],
  });
  expect(await preview({ id, isRemoved: true, paths })).toMatchObject({ gainedCount: 0, lostCount: 2 });
  expect(await preview({ id, input: { isEnabled: false }, paths })).toMatchObject({ lostCount: 2 });
  expect(await preview({ id, paths })).toMatchObject({ gainedCount: 0, lostCount: 0 });
});

test('what was previewed is what happens, and the preview itself changes nothing', async () => {
  const paths = ['/plans/a'];
  const input = { ...NEW, filePattern: '/plans/**' };
  const decide = async () =>
    (
      await ada.ask(
        'query ($id: ID, $path: String!) { accessDecision(userId: $id, path: $path) { isAllowed } }',
        {
          id: csr.userId,
          path: paths[0],
        },
      )
    ).accessDecision.isAllowed;
  const { fileAccessPolicyCreate } = await ada.ask(CREATE, {
    input: { name: 'Plans', ...input, isEnabled: false },
  });
  const id = fileAccessPolicyCreate.fileAccessPolicyId;
  const { changes } = await preview({ id, input: { isEnabled: true }, paths });
  expect(changes).toContainEqual(expect.objectContaining({ user: { id: csr.userId }, after: 'ALLOW' }));
  expect(await decide()).toBe(false);
  await ada.ask(UPDATE, { id, input: { isEnabled: true } });
  expect(await decide()).toBe(true);
});

test('a preview counts all and lists the first hundred', async () => {
  const { root } = installation;
  const { id } = await installation.aTenant('Large');
  for (let index = 0; index < 120; index += 1) {
    await root.ask(
      'mutation ($input: UserCreateInput!) { userCreate(input: $input) { userErrors { message } } }',
      { input: { tenantId: id, name: `${index}`, email: `${index}-${id}@lockstep.test`, role: 'CSR' } },
    );
  }
  const paths = Array.from({ length: 20 }, (_, index) => `/notes/${index}`);
  const found = await preview({ tenantId: id, input: NEW, paths }, root);
  expect(found).toMatchObject({ gainedCount: 2_400, lostCount: 0, isTruncated: true });
  expect(found.changes).toHaveLength(100);
});
