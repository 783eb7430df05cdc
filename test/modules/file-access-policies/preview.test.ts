import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada, csr, support } = await aStage({
  acme: { ada: 'TENANT_ADMIN', csr: 'CSR', support: 'SUPPORT' },
});
const locked = await installation.aUser('SUPPORT', { tenantId: acme.id });
await ada.ask('mutation ($id: ID!) { userStatusSet(id: $id, status: LOCKED) { userErrors { message } } }', {
  id: locked.userId,
});

const PREVIEW = `query ($id: ID, $tenantId: ID, $input: FileAccessPolicyTriedInput, $isRemoved: Boolean, $paths: [String!]!) {
  fileAccessPolicyPreview(id: $id, tenantId: $tenantId, input: $input, isRemoved: $isRemoved, paths: $paths) {
    gainedCount lostCount changes(first: 100) { nodes { user { id } path before after } } } }`;
const CREATE = `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
  fileAccessPolicyId userErrors { message } } }`;
const UPDATE = `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
  userErrors { message } } }`;

const preview = async (variables: object, by: Person = ada) =>
  (await by.ask(PREVIEW, { ...variables })).fileAccessPolicyPreview;

const codeOf = async (variables: object, by: Person = ada) =>
  (await by.run(PREVIEW, { paths: ['/x'], ...variables })).errors?.[0]?.extensions.code;

const NEW = { filePattern: '/notes/*', condition: 'user.role in ["CSR", "SUPPORT"]', effect: 'ALLOW' };

test('a preview of a policy that could not be written, of no policy or of no tenant in view is refused', async () => {
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

test('a preview names the users who would gain and those who would lose, and none whose account is not in use', async () => {
  const paths = ['/notes/a', '/other/a'];
  const gained = await preview({ input: NEW, paths });
  expect(gained).toMatchObject({ gainedCount: 2, lostCount: 0 });
  const change = { path: '/notes/a', before: 'DENY', after: 'ALLOW' };
  expect(gained.changes.nodes).toEqual([
    { user: { id: csr.userId }, ...change },
    { user: { id: support.userId }, ...change },
  ]);

  const { fileAccessPolicyCreate } = await ada.ask(CREATE, { input: { name: 'Notes', ...NEW } });
  const id = fileAccessPolicyCreate.fileAccessPolicyId;
  const lost = { user: { id: csr.userId }, path: '/notes/a', before: 'ALLOW', after: 'DENY' };
  expect(await preview({ id, input: { condition: 'user.role == "SUPPORT"' }, paths })).toEqual({
    gainedCount: 0,
    lostCount: 1,
    changes: { nodes: [lost] },
  });
  expect(await preview({ id, isRemoved: true, paths })).toMatchObject({ gainedCount: 0, lostCount: 2 });
  expect(await preview({ id, input: { isEnabled: false }, paths })).toMatchObject({ lostCount: 2 });
  expect(await preview({ id, paths })).toMatchObject({ gainedCount: 0, lostCount: 0 });
});

test('a change has the effect that its preview named, and the preview itself changes nothing', async () => {
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
  expect(changes.nodes).toContainEqual(expect.objectContaining({ user: { id: csr.userId }, after: 'ALLOW' }));
  expect(await decide()).toBe(false);
  await ada.ask(UPDATE, { id, input: { isEnabled: true } });
  expect(await decide()).toBe(true);
});

describe('page by page', () => {
  const PAGE = `query ($tenantId: ID, $input: FileAccessPolicyTriedInput, $paths: [String!]!, $first: Int, $after: String,
    $last: Int, $before: String) { fileAccessPolicyPreview(tenantId: $tenantId, input: $input, paths: $paths) {
    changes(first: $first, after: $after, last: $last, before: $before) {
      totalCount nodes { user { id } path } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const paths = Array.from({ length: 20 }, (_, index) => `/notes/${index}`);
  let tenantId: string;

  beforeAll(async () => {
    tenantId = (await installation.aTenant('Large')).id;
    const create = (index: number) => `u${index}: userCreate(input: {
      tenantId: "${tenantId}", name: "${index}", email: "${index}-${tenantId}@lockstep.test", role: CSR
    }) { userErrors { message } }`;
    const ten = Array.from({ length: 10 }, (_, index) => create(index)).join('\n');
    await installation.root.ask(`mutation { ${ten} }`);
  });

  const page = async (args: object) =>
    (await installation.root.ask(PAGE, { tenantId, input: NEW, paths, ...args })).fileAccessPolicyPreview
      .changes;

  test.each([{ after: 'x' }, { before: 'WyJpZCIsInkiLCJ6Il0' }, { first: 101 }, { first: 1, last: 1 }])(
    'a page that is asked for by %j is refused',
    async (args) => {
      const { errors } = await installation.root.run(PAGE, { tenantId, input: NEW, paths, ...args });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    },
  );

  test('an empty cursor is none, and a page of no changes tells that there are some', async () => {
    expect(await page({ first: 2, after: '' })).toEqual(await page({ first: 2 }));
    expect(await page({ first: 0 })).toMatchObject({
      totalCount: 200,
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
  });

  test('a preview lists every change once, forward and backward', async () => {
    const forward: object[] = [];
    for (let after: string | null = null; ; ) {
      const { nodes, pageInfo, totalCount } = await page({ first: 90, after });
      expect(totalCount).toBe(200);
      forward.push(...nodes);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    const backward: object[] = [];
    for (let before: string | null = null; ; ) {
      const { nodes, pageInfo } = await page({ last: 70, before });
      backward.unshift(...nodes);
      if (!pageInfo.hasPreviousPage) break;
      before = pageInfo.startCursor;
    }
    expect(new Set(forward.map((one) => JSON.stringify(one))).size).toBe(200);
    expect(forward).toHaveLength(200);
    expect(backward).toEqual(forward);
  });

  test('in a suspended tenant no user gains or loses', async () => {
    const set = (status: string) =>
      installation.root.ask(
        'mutation ($id: ID!, $status: TenantStatus!) { tenantUpdate(id: $id, input: { status: $status }) { userErrors { message } } }',
        { id: tenantId, status },
      );
    await set('SUSPENDED');
    const suspended = await page({ first: 1 });
    await set('ACTIVE');
    expect(suspended).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await page({ first: 1 })).toMatchObject({ totalCount: 200 });
  });
});

test('X: a viewer who may not read attributes learns nothing about them by trying conditions', async () => {
  const customerId = await installation.aCustomer(acme.id);
  const owner = await installation.aUser('OWNER', { tenantId: acme.id, customerId });
  const clerk = await installation.aUser('SUPPORT', { tenantId: acme.id });
  const member = await installation.aUser('RESIDENT', { tenantId: acme.id, customerId });
  const grant = (id: string, permissions: string[]) =>
    ada.ask(
      'mutation ($id: ID!, $permissions: [String!]!) { userUpdate(id: $id, input: { permissions: $permissions }) { userErrors { message } } }',
      { id, permissions },
    );
  const decision = async (by: Person, id: string) => {
    const { data, errors } = await by.run(
      `query ($id: ID!) { accessDecision(userId: $id, path: "/x") { isAllowed } user(id: $id) { accessDecision(path: "/x") { isAllowed } } }`,
      { id },
    );
    return data?.user?.accessDecision ?? errors?.map(({ extensions }) => extensions.code);
  };
  await grant(clerk.userId, ['file-access-policies:read']);
  await grant(owner.userId, ['file-access-policies:read', 'permissions:read']);

  expect(await codeOf({ input: NEW }, clerk)).toBe('FORBIDDEN');
  expect(await codeOf({ input: NEW }, owner)).toBe('FORBIDDEN');
  expect(await decision(clerk, csr.userId)).toContain('FORBIDDEN');
  expect(await decision(clerk, clerk.userId)).toEqual({ isAllowed: false });
  expect(await decision(owner, member.userId)).toEqual({ isAllowed: false });

  await grant(clerk.userId, ['file-access-policies:read', 'permissions:read']);
  expect(await codeOf({ input: NEW }, clerk)).toBeUndefined();
  expect(await decision(clerk, csr.userId)).toEqual({ isAllowed: false });
});
