import { expect, test } from '@jest/globals';
import { anApiToken, inDays } from '../support/api-token.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { Person } from '../support/person.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const VIEWER = '{ viewer { id permissions } }';
const MINUTE_MS = 60_000;

const { installation, acme, ada, globex, gail } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gail: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { url } = installation.app;

const valid = { name: 'A sync', permissions: ['customers:read'], expiresAt: inDays(1) };
const make = (change: object, by: Person = ada) =>
  refusals(by, 'apiTokenCreate', { input: { ...valid, ...change } });
const refused = async (client: Person) => (await client.run(VIEWER)).errors?.[0]?.extensions.code;
const aServiceAccount = async (role = 'SUPPORT', by: Person = ada): Promise<string> => {
  const email = `${crypto.randomUUID()}@lockstep.test`;
  const input = { name: 'A service', email, role, isServiceAccount: true };
  return (await mutate(by, 'userCreate', { input }, 'userId')).userId;
};

test('X: a token is refused what its maker does not hold, no permission at all, and a lifetime beyond a year', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  await mutate(ada, 'userUpdate', { id: csr.userId, input: { permissions: ['api-tokens:write'] } });
  expect(await make({ permissions: ['users:write'] }, csr)).toMatchObject([
    {
      code: 'FORBIDDEN_CHANGE',
      path: ['input', 'permissions'],
      message: 'You may not give a token what you do not hold: users:write.',
    },
  ]);
  const wrong = {
    permissions: [{ permissions: [] }, { permissions: ['everything'] }, { permissions: ['*'] }],
    expiresAt: [{ expiresAt: inDays(367) }, { expiresAt: inDays(-1) }],
    name: [{ name: ' ' }],
    networks: [
      ['10.0.0.0/33'],
      ['10.0.0.1/8'],
      ['10.0.0.0/8 '],
      ['10.0.0.0'],
      ['2001:db8::1/32'],
      ['::/129'],
      ['a/8'],
    ].map((networks) => ({ networks })),
  };
  for (const [field, changes] of Object.entries(wrong)) {
    for (const change of changes) {
      expect([change, await make(change)]).toMatchObject([
        change,
        [{ code: 'INVALID_INPUT', path: expect.arrayContaining(['input', field]) }],
      ]);
    }
  }
  const without = await ada.run(
    'mutation { apiTokenCreate(input: { name: "x", expiresAt: "2030-01-01T00:00:00Z" }) { secret } }',
  );
  expect(without.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('X: a token is made for oneself or for a service account that one manages, and for no other user', async () => {
  const csr = await installation.aUser('CSR', { tenantId: acme.id });
  expect(await make({ userId: csr.userId })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', path: ['input', 'userId'] },
  ]);
  expect(await make({ userId: gail.userId })).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'userId'] },
  ]);
  expect(await make({ userId: crypto.randomUUID() })).toMatchObject([{ code: 'NOT_FOUND' }]);
  const userId = await aServiceAccount();
  expect(await make({ userId, permissions: ['users:write'] })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', message: expect.stringContaining('service account') },
  ]);
  const { client } = await anApiToken(ada, url, ['customers:read'], { userId });
  expect((await client.ask(VIEWER)).viewer).toEqual({ id: userId, permissions: ['customers:read'] });
});

test('a token of another tenant and none are answered alike', async () => {
  const { id } = await anApiToken(gail, url, ['customers:read']);
  for (const other of [id, crypto.randomUUID()]) {
    const { apiToken } = await ada.ask('query ($id: ID!) { apiToken(id: $id) { id } }', { id: other });
    expect(apiToken).toBeNull();
    const answers = await Promise.all([
      codes(ada, 'apiTokenUpdate', { id: other, input: { name: 'Mine' } }),
      codes(ada, 'apiTokenRotate', { id: other }),
      codes(ada, 'apiTokenRevoke', { id: other }),
    ]);
    expect(answers).toEqual([['NOT_FOUND'], ['NOT_FOUND'], ['NOT_FOUND']]);
  }
});

test('X: a text that is no token, and one with a wrong checksum, are refused like a token that was revoked', async () => {
  const { id, secret, client } = await anApiToken(ada, url, ['customers:read']);
  expect(secret).toMatch(/^lk_[0-9A-Za-z]{49}$/);
  await mutate(ada, 'apiTokenRevoke', { id });
  const changed = `${secret.slice(0, -1)}${secret.endsWith('a') ? 'b' : 'a'}`;
  const other = await anApiToken(ada, url, ['customers:read']);
  const texts = [changed, 'lk_', `${secret}x`, `lk_${'0'.repeat(49)}`, other.secret.toLowerCase()];
  const clients = [client, ...texts.map((text) => new Person(url, text))];
  const answers = await Promise.all(clients.map((one) => one.run(VIEWER)));
  const [first] = answers;
  expect(first?.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  expect(answers.map(({ errors }) => errors?.[0]?.message)).toEqual(
    answers.map(() => first?.errors?.[0]?.message),
  );
  expect(await codes(ada, 'apiTokenUpdate', { id, input: { name: 'Back' } })).toEqual(['INVALID_STATE']);
  expect(await codes(ada, 'apiTokenRotate', { id })).toEqual(['INVALID_STATE']);
});

test('X: a token with every permission of its user may neither sign in, nor change credentials, nor make a token', async () => {
  const { viewer } = await ada.ask(VIEWER);
  const { id, client, secret } = await anApiToken(ada, url, viewer.permissions);
  const password = TEST_PASSWORD;
  const tries: [string, object][] = [
    ['apiTokenCreate', { input: valid }],
    ['apiTokenUpdate', { id, input: { expiresAt: inDays(300) } }],
    ['apiTokenRotate', { id }],
    ['passwordChange', { input: { currentPassword: password, newPassword: 'another good password' } }],
    ['totpEnroll', { input: { password } }],
    ['totpConfirm', { code: '000000' }],
    ['totpDisable', { input: { password, code: '000000' } }],
    ['signOut', {}],
    ['signOutEverywhere', {}],
  ];
  for (const [name, args] of tries) {
    const answer = await refusals(client, name, args as Record<string, unknown>);
    expect([name, answer]).toMatchObject([
      name,
      [{ code: 'FORBIDDEN_CHANGE', message: 'An API token may not do this: sign in as a user.' }],
    ]);
  }
  const wire = await Wire.signedIn(url, secret);
  wire.subscribe(
    '1',
    `mutation { signIn(input: { email: "${ada.email}", password: "${password}" }) { accessToken userErrors { code } } }`,
  );
  expect((await wire.next()).payload).toMatchObject({
    data: { signIn: { accessToken: null, userErrors: [{ code: 'FORBIDDEN_CHANGE' }] } },
  });
  await wire.close();
});

test('X: a token may do what both it and its user may, and users that it creates may do no more', async () => {
  const { client } = await anApiToken(ada, url, ['users:read', 'users:write', 'customers:read']);
  expect((await client.ask(VIEWER)).viewer.permissions).toEqual([
    'customers:read',
    'users:read',
    'users:write',
  ]);
  const customer = { company: 'No', contactName: 'No', email: 'no@lockstep.test' };
  expect(await codes(client, 'customerCreate', { input: customer })).toEqual(['FORBIDDEN']);
  const user = { name: 'Up', email: `${crypto.randomUUID()}@lockstep.test`, role: 'TENANT_ADMIN' };
  expect(await codes(client, 'userCreate', { input: user })).toEqual(['FORBIDDEN_CHANGE']);
  const own = { id: ada.userId, input: { permissions: ['notes:read'] } };
  expect(await codes(client, 'userUpdate', own)).toEqual(['FORBIDDEN_CHANGE']);
});

test('X: a bulk job that a token has requested is done by the token', async () => {
  const target = await installation.aUser('CSR', { tenantId: acme.id });
  const { id, client } = await anApiToken(ada, url, ['users:read', 'users:write', 'permissions:read']);
  const args = { tenantId: acme.id, ids: [target.userId], add: ['marked'] };
  const after = await ada.now(acme.id);
  const stream = ada.follow(
    `subscription ($after: Cursor) { userUpdated(after: $after) { actor { kind id name } user { attributes } } }`,
    { after },
  );
  await mutate(client, 'usersAttributesUpdate', args);
  expect(await stream.event()).toEqual({
    actor: { kind: 'API_TOKEN', id, name: 'An integration' },
    user: { attributes: ['marked'] },
  });
});

test('the log names the token as the author of its changes', async () => {
  const { id, client } = await anApiToken(ada, url, ['customers:write', 'customers:read'], {
    name: 'CRM sync',
  });
  const input = { company: 'Named', contactName: 'N', email: 'n@lockstep.test' };
  const { customerId } = await mutate(client, 'customerCreate', { input }, 'customerId');
  const { auditLog } = await ada.ask(
    `query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }) { nodes { actor { kind id name } } } }`,
    { id: customerId },
  );
  expect(auditLog.nodes).toEqual([{ actor: { kind: 'API_TOKEN', id, name: 'CRM sync' } }]);
});

test('X: a token stops with its user and its tenant', async () => {
  const admin = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  const locked = await anApiToken(admin, url, ['customers:read']);
  await mutate(gail, 'userStatusSet', { id: admin.userId, status: 'LOCKED' });
  expect(await refused(locked.client)).toBe('UNAUTHENTICATED');
  await mutate(gail, 'userDelete', { id: admin.userId });
  expect(await refused(locked.client)).toBe('UNAUTHENTICATED');
  const suspended = await anApiToken(gail, url, ['customers:read']);
  expect(await refused(suspended.client)).toBeUndefined();
  await mutate(installation.root, 'tenantUpdate', { id: globex.id, input: { status: 'SUSPENDED' } });
  expect(await refused(suspended.client)).toBe('UNAUTHENTICATED');
});

test('X: settings of sign-in do not concern a token, and a service account never signs in', async () => {
  const userId = await aServiceAccount();
  const { client } = await anApiToken(ada, url, ['customers:read'], { userId });
  const layer = { scope: 'TENANT', tenantId: acme.id };
  const path = 'auth.session.maxHours';
  const set = [{ path, value: 1 }];
  await mutate(installation.root, 'configUpdate', { input: { ...layer, set } });
  await withShiftedClock(2 * 60 * MINUTE_MS, async () => {
    expect(await refused(client)).toBeUndefined();
  });
  await mutate(installation.root, 'configUpdate', { input: { ...layer, unset: [path] } });
  const input = { name: 'Both', email: 'both@lockstep.test', role: 'CSR', password: TEST_PASSWORD };
  expect(await refusals(ada, 'userCreate', { input: { ...input, isServiceAccount: true } })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'password'] },
  ]);
});

test('X: a service account is no administrator who could sign in', async () => {
  const tenant = await installation.aTenant('Lonely');
  const only = await installation.aUser('TENANT_ADMIN', { tenantId: tenant.id });
  await aServiceAccount('TENANT_ADMIN', only);
  const organization = await installation.aUser('ORGANIZATION_ADMIN', {
    organizationId: tenant.organizationId,
  });
  expect(await codes(organization, 'userRoleSet', { id: only.userId, role: 'CSR' })).toEqual([
    'FORBIDDEN_CHANGE',
  ]);
});

test('X: after a rotation the older secret is accepted for the overlap, and the one before it no more', async () => {
  const { id, client } = await anApiToken(ada, url, ['customers:read']);
  const rotate = async (overlapMinutes: number) => {
    const { secret } = await mutate(ada, 'apiTokenRotate', { id, overlapMinutes }, 'secret');
    return new Person(url, secret);
  };
  expect(await codes(ada, 'apiTokenRotate', { id, overlapMinutes: 10_081 })).toEqual(['INVALID_INPUT']);
  const second = await rotate(5);
  expect([await refused(client), await refused(second)]).toEqual([undefined, undefined]);
  await withShiftedClock(6 * MINUTE_MS, async () => {
    expect([await refused(client), await refused(second)]).toEqual(['UNAUTHENTICATED', undefined]);
  });
  const third = await rotate(5);
  expect(await Promise.all([client, second, third].map(refused))).toEqual([
    'UNAUTHENTICATED',
    undefined,
    undefined,
  ]);
  const fourth = await rotate(0);
  expect(await Promise.all([third, fourth].map(refused))).toEqual(['UNAUTHENTICATED', undefined]);
});

test('a rotation cuts what runs with the older secret when its overlap ends, and nothing else', async () => {
  const { id, client } = await anApiToken(ada, url, ['customers:read']);
  const open = client.follow('subscription { changes { __typename } }');
  await open.take(1);
  await mutate(ada, 'apiTokenRotate', { id, overlapMinutes: 0 });
  expect(await open.ended()).toMatchObject({ how: 'closed', code: 4403 });
});

test('X: a token of some networks is accepted from there alone', async () => {
  const here = await anApiToken(ada, url, ['customers:read'], { networks: ['127.0.0.0/8', '::1/128'] });
  const there = await anApiToken(ada, url, ['customers:read'], { networks: ['10.0.0.0/8', '2001:db8::/32'] });
  expect([await refused(here.client), await refused(there.client)]).toEqual([undefined, 'UNAUTHENTICATED']);
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${there.secret}`,
      'x-forwarded-for': '10.0.0.5',
    },
    body: JSON.stringify({ query: VIEWER }),
  });
  expect(response.status).toBe(401);
});

test('a token that is made again under its key is the same token, and its secret is not shown again', async () => {
  const args = { input: valid, idempotencyKey: crypto.randomUUID() };
  const first = await mutate(ada, 'apiTokenCreate', args, 'apiTokenId secret');
  const second = await mutate(ada, 'apiTokenCreate', args, 'apiTokenId secret');
  expect([first.apiTokenId, first.secret === null, second.secret]).toEqual([second.apiTokenId, false, null]);
});

test('the last use is seen, and moves again after a minute', async () => {
  const { id, client } = await anApiToken(ada, url, ['customers:read']);
  const used = async (): Promise<string | null> =>
    (await ada.ask('query ($id: ID!) { apiToken(id: $id) { lastUsedAt } }', { id })).apiToken.lastUsedAt;
  const until = async (isIt: (at: string | null) => boolean): Promise<string | null> => {
    const at = await used();
    return isIt(at) ? at : until(isIt);
  };
  expect(await used()).toBeNull();
  await Promise.all(Array.from({ length: 20 }, () => client.ask(VIEWER)));
  const first = await until((at) => at !== null);
  await client.ask(VIEWER);
  expect(await used()).toBe(first);
  await withShiftedClock(2 * MINUTE_MS, async () => {
    await client.ask(VIEWER);
    await until((at) => at !== first);
  });
});
