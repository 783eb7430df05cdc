import { afterAll, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { anApiToken } from '../support/api-token.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const [first, second, limited] = await Promise.all([
  TestIssuer.start('https://first.example.test'),
  TestIssuer.start('https://second.example.test'),
  TestIssuer.start('https://limited.example.test'),
]);
const down = { issuer: 'https://down.example.test', jwksUrl: 'http://127.0.0.1:1/keys', audience: 'any' };
const SLUG = `initech-${crypto.randomUUID().slice(0, 8)}`;
const settings = {
  ...first.settings,
  OUTSIDE_ISSUERS: JSON.stringify([
    second.entry({ algorithms: ['RS256', 'ES256'] }),
    limited.entry({ domains: { 'lockstep.test': SLUG } }),
    down,
  ]),
};
const { installation, acme, ada, sue, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT' }, globex: { gil: 'TENANT_ADMIN' } },
  settings,
);
const elsewhere = await installation.anotherNode(settings);

afterAll(() => {
  for (const issuer of [first, second, limited]) issuer.stop();
});

const VIEWER = '{ viewer { id } }';
const IDENTITIES =
  'query ($userId: ID) { userIdentities(userId: $userId) { id issuer subject boundAt signedOutAt } }';
const CHANGED =
  'subscription ($userId: ID, $after: Cursor) { userIdentitiesChanged(userId: $userId, after: $after) { __typename ... on UserIdentitiesChanged { identities { subject } } } }';

const aUser = (): Promise<TestUser> => installation.aUser('CSR', { tenantId: acme.id });
const bearing = (token: string, node = installation.app) => new Person(node.url, token);
const errorOf = async (person: Person) => (await person.run(VIEWER)).errors?.[0]?.extensions ?? null;
const idOf = async (person: Person) => (await person.run(VIEWER)).data?.viewer.id ?? null;

/** A client with a token of a verified address. */
const verified = async (sub: string, { email }: { email: string }, claims: JWTPayload = {}, issuer = first) =>
  bearing(await issuer.token(sub, { email, email_verified: true, ...claims }));

/** Sends a logout token, and gives the status and the rule of the refusal. */
async function logOut(token: string | null, node = installation.app) {
  const body = new URLSearchParams(token === null ? {} : { logout_token: token });
  const response = await fetch(`${node.url}/oidc/backchannel-logout`, { method: 'POST', body });
  const text = await response.text();
  const rule = text === '' ? null : JSON.parse(text).errors[0].extensions.rule;
  return { status: response.status, rule, cache: response.headers.get('cache-control') };
}

/** A subject that no other test has. */
const aSubject = () => `subject-${crypto.randomUUID()}`;

test('72: each way in which a token is wrong has its own answer, and none tells whether there is a user', async () => {
  const { userId, email } = await aUser();
  const seconds = Math.floor(Date.now() / 1_000);
  const rules = async (sub: string, claims: JWTPayload) =>
    (await errorOf(bearing(await first.token(sub, { email, email_verified: true, ...claims }))))?.rule;
  for (const sub of [userId, 'a stranger'])
    expect({
      expired: await rules(sub, { exp: seconds - 60 }),
      early: await rules(sub, { iat: seconds + 600 }),
      audience: await rules(sub, { aud: 'another client' }),
      form: await rules(sub, { exp: undefined }),
      nested: await rules(sub, { sid: { deep: [[[]]] } }),
      logout: await rules(sub, { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    }).toEqual({
      expired: 'OUTSIDE_TOKEN_EXPIRED',
      early: 'OUTSIDE_TOKEN_EARLY',
      audience: 'OUTSIDE_TOKEN_AUDIENCE',
      form: 'OUTSIDE_TOKEN_FORM',
      nested: 'OUTSIDE_TOKEN_FORM',
      logout: 'OUTSIDE_TOKEN_FORM',
    });
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = `${part({ alg: 'none' })}.${part({ iss: first.issuer, sub: userId, aud: first.clientId, exp: seconds + 60 })}.`;
  const [head, , signature] = (await first.token(userId)).split('.');
  const forged = `${head}.${part({ iss: first.issuer, sub: userId, aud: first.clientId, exp: seconds + 60 })}.${signature}`;
  expect({
    none: (await errorOf(bearing(none)))?.rule,
    forged: (await errorOf(bearing(forged)))?.rule,
    stranger: (await errorOf(bearing(await first.token('a stranger'))))?.rule,
    unknownIssuer: (await errorOf(bearing(await first.signed({ sub: userId, iss: 'https://other.test' }))))
      ?.rule,
  }).toEqual({
    none: 'OUTSIDE_TOKEN_ALGORITHM',
    forged: 'OUTSIDE_TOKEN_SIGNATURE',
    stranger: 'NO_TOKEN',
    unknownIssuer: 'NO_TOKEN',
  });
  // Over HTTP the limit of the headers comes first.
  const wire = await Wire.open(installation.app.url);
  const authorization = `Bearer ${await first.token(userId, { groups: 'x'.repeat(20_000) })}`;
  wire.send({ type: 'connection_init', payload: { authorization } });
  expect(await wire.closed()).toMatchObject({ code: 4403 });
});

test('72: tokens with unknown keys have the keys of their issuer fetched a bounded number of times, and one that is down delays no other', async () => {
  const { userId } = await aUser();
  await idOf(bearing(await second.token(userId)));
  const before = second.keyFetches.length;
  const flood = Array.from({ length: 100 }, async (_, turn) =>
    errorOf(bearing(await second.signed({ sub: userId }, { kid: `made up ${turn}` }))),
  );
  for (const error of await Promise.all(flood)) expect(error).toMatchObject({ code: 'TRY_AGAIN' });
  expect(second.keyFetches.length - before).toBeLessThanOrEqual(1);
  const ofDown = await first.signed({ sub: userId, iss: down.issuer, aud: down.audience });
  expect(await errorOf(bearing(ofDown))).toMatchObject({ code: 'TRY_AGAIN' });
  expect(await idOf(bearing(await second.token(userId)))).toBe(userId);
});

test('72: an issuer with domains vouches for no address beyond them, for no user of another tenant, and for no id of a user', async () => {
  const user = await aUser();
  const ofOther = { email: 'someone@other.test' };
  expect(await errorOf(await verified(aSubject(), user, {}, limited))).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await errorOf(await verified(aSubject(), ofOther, {}, limited))).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await errorOf(bearing(await limited.token(user.userId)))).toMatchObject({ rule: 'NO_TOKEN' });
  expect((await ada.ask(IDENTITIES, { userId: user.userId })).userIdentities).toEqual([]);
});

test('72: a first binding takes the password that the maker of the account knows, with its sessions and API tokens', async () => {
  const user = await aUser();
  const { client } = await anApiToken(user, installation.app.url, ['customers:read']).catch(() => ({
    client: null,
  }));
  expect(await idOf(user)).toBe(user.userId);
  const person = await verified(aSubject(), user);
  expect(await idOf(person)).toBe(user.userId);
  expect(await errorOf(user)).toMatchObject({ code: 'UNAUTHENTICATED' });
  if (client) expect(await errorOf(client)).toMatchObject({ code: 'UNAUTHENTICATED' });
  const input = { email: user.email, password: TEST_PASSWORD };
  expect(await codes(installation.stranger(), 'signIn', { input })).toEqual(['INVALID_INPUT']);
});

test('72: an identity is shown to its person and to those who read users of its level, and removed by the person and by those who may change it', async () => {
  const [ben, eve] = [await aUser(), await aUser()];
  const { userId } = ben;
  const subject = aSubject();
  const person = await verified(subject, ben);
  const after = await ada.now(acme.id);
  await idOf(person);
  const [own] = (await person.ask(IDENTITIES)).userIdentities;
  expect(own).toEqual({
    id: expect.any(String),
    issuer: first.issuer,
    subject,
    boundAt: expect.any(String),
    signedOutAt: null,
  });
  expect((await ada.ask(IDENTITIES, { userId })).userIdentities).toEqual([own]);
  const { client } = await anApiToken(ada, installation.app.url, ['users:read', 'users:write']);
  for (const stranger of [gil, client, installation.stranger()])
    expect((await stranger.run(IDENTITIES, { userId })).errors).toHaveLength(1);
  const missing = await refusals(gil, 'userIdentityUnbind', { id: crypto.randomUUID() });
  for (const other of [gil, eve, sue])
    expect(await refusals(other, 'userIdentityUnbind', { id: own.id })).toEqual(missing);
  expect(missing).toMatchObject([{ code: 'NOT_FOUND', path: ['id'] }]);

  const streams = [person.at(elsewhere).follow(CHANGED, { after }), ada.follow(CHANGED, { userId, after })];
  for (const stream of streams) expect(await stream.change()).toMatchObject({ identities: [{ subject }] });
  const others = [eve.follow(CHANGED, { after }), ada.follow(CHANGED, { after })];
  const wire = await Wire.signedIn(elsewhere.url, String(person.token));
  expect(await mutate(ada, 'userIdentityUnbind', { id: own.id }, 'userIdentityId')).toMatchObject({
    userIdentityId: own.id,
  });
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect(await codes(ada, 'userIdentityUnbind', { id: own.id })).toEqual(['NOT_FOUND']);
  expect(await streams[1]?.change()).toMatchObject({ identities: [] });
  for (const stream of others) expect(stream.unread).toEqual([]);
  const log = await ada.ask(
    'query ($id: ID!) { auditLog(filter: { entityId: { equals: $id } }) { nodes { action entity actor { id } } } }',
    { id: own.id },
  );
  expect(log.auditLog.nodes).toEqual([
    { action: 'DELETED', entity: 'OUTSIDE_IDENTITY', actor: { id: ada.userId } },
    { action: 'CREATED', entity: 'OUTSIDE_IDENTITY', actor: { id: userId } },
  ]);
  const again = await verified(subject, { email: 'unverified@lockstep.test' }, { email_verified: false });
  expect(await errorOf(again)).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await idOf(await verified(aSubject(), ben))).toBe(userId);
});

test('72: a logout token that is old, wrong, another kind of token, or used before ends nothing', async () => {
  const user = await aUser();
  const sub = aSubject();
  const person = await verified(sub, user);
  await idOf(person);
  const seconds = Math.floor(Date.now() / 1_000);
  const token = (claims: JWTPayload) => first.logoutToken({ sub, ...claims });
  const refused: readonly [string | null, string][] = [
    [null, 'LOGOUT_TOKEN_MISSING'],
    [await first.token(sub), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ nonce: 'n' }), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ events: {} }), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ jti: undefined }), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ iat: undefined }), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ sub: undefined }), 'LOGOUT_TOKEN_CLAIMS'],
    [await token({ iat: seconds - 600 }), 'LOGOUT_TOKEN_OLD'],
    [await token({ exp: seconds - 60 }), 'OUTSIDE_TOKEN_EXPIRED'],
    [await token({ aud: 'another client' }), 'OUTSIDE_TOKEN_AUDIENCE'],
    [await second.logoutToken({ sub, iss: first.issuer }), 'OUTSIDE_TOKEN_SIGNATURE'],
    [await second.logoutToken({ sub, iss: 'https://other.test' }), 'NO_TOKEN'],
    ['no token', 'NO_TOKEN'],
    [`${'x'.repeat(20_000)}`, 'NO_TOKEN'],
  ];
  for (const [given, rule] of refused) expect(await logOut(given)).toMatchObject({ status: 400, rule });
  expect((await logOut('x'.repeat(40_000))).status).toBe(413);
  const url = `${installation.app.url}/oidc/backchannel-logout`;
  expect((await fetch(url)).status).toBe(405);
  expect(
    (await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))
      .status,
  ).toBe(415);
  expect(await idOf(person)).toBe(user.userId);
  const good = await token({});
  expect(await logOut(good)).toEqual({ status: 200, rule: null, cache: 'no-store' });
  expect(await logOut(good, elsewhere)).toMatchObject({ status: 400, rule: 'LOGOUT_TOKEN_REPEATED' });
  expect(await errorOf(person)).toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await logOut(await first.logoutToken({ sub: aSubject() }))).toEqual({
    status: 200,
    rule: null,
    cache: 'no-store',
  });
});

test('72: a logout of a subject ends every token of before, also one that is used for the first time afterwards, and none of later', async () => {
  const [user, late] = [await aUser(), await aUser()];
  const [sub, lateSub] = [aSubject(), aSubject()];
  const seconds = Math.floor(Date.now() / 1_000);
  const persons = [await verified(sub, user), await verified(sub, user, { sid: 's1' })];
  for (const person of persons) await idOf(person);
  const wire = await Wire.signedIn(elsewhere.url, String(persons[0]?.token));
  const unused = await verified(lateSub, late, { iat: seconds - 2 });
  for (const subject of [sub, lateSub])
    expect((await logOut(await first.logoutToken({ sub: subject }))).status).toBe(200);
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  for (const person of [...persons, unused])
    expect(await errorOf(person)).toMatchObject({ rule: 'NO_TOKEN' });
  const after = { iat: Math.floor(Date.now() / 1_000) + 5 };
  expect(await idOf(await verified(sub, user, after))).toBe(user.userId);
  expect(await idOf(await verified(lateSub, late, after))).toBe(late.userId);
});

test('72: a logout of a session, by its id alone, ends its tokens on every node, known or not yet used, and those of no other session', async () => {
  const [user, other] = [await aUser(), await aUser()];
  const [one, two, unknown] = [aSubject(), aSubject(), aSubject()];
  const ended = await verified('of one', user, { sid: one });
  const kept = await verified('of one', user, { sid: two });
  const foreign = await verified('of other', other, { sid: two });
  for (const person of [ended, kept, foreign]) expect(await idOf(person)).not.toBe(null);
  const wire = await Wire.signedIn(elsewhere.url, String(ended.token));
  for (const sid of [one, unknown]) expect((await logOut(await first.logoutToken({ sid }))).status).toBe(200);
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect(await errorOf(ended.at(elsewhere))).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await errorOf(await verified('of one', user, { sid: unknown }))).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await idOf(kept)).toBe(user.userId);
  expect(await idOf(foreign)).toBe(other.userId);
});

test('72: signing out here ends the sign-in of the token, and everywhere all of the user', async () => {
  const user = await aUser();
  const sub = aSubject();
  const phone = await verified(sub, user, { sid: aSubject() });
  const [laptop, script] = [await verified(sub, user, { sid: aSubject() }), await verified(sub, user)];
  for (const person of [phone, laptop, script]) await idOf(person);
  const wire = await Wire.signedIn(elsewhere.url, String(phone.token));
  expect(await mutate(phone, 'signOut', {}, 'endedSessions')).toMatchObject({ endedSessions: 1 });
  expect(await wire.closed()).toMatchObject({ code: 4403 });
  expect(await errorOf(phone)).toMatchObject({ rule: 'NO_TOKEN' });
  for (const person of [laptop, script]) expect(await idOf(person)).toBe(user.userId);
  await mutate(script, 'signOut', {});
  expect(await errorOf(script)).toMatchObject({ rule: 'NO_TOKEN' });
  expect(await idOf(laptop)).toBe(user.userId);
  await mutate(laptop, 'signOutEverywhere', {});
  expect(await errorOf(laptop)).toMatchObject({ rule: 'NO_TOKEN' });
});

test('72: no author of settings has users made in a role in which it could make none', async () => {
  const { client } = await anApiToken(ada, installation.app.url, ['config:read', 'config:write']);
  const set = [{ path: 'auth.provisioning.role', value: 'SUPPORT' }];
  const input = { scope: 'TENANT', tenantId: acme.id, set };
  expect(await codes(client, 'configUpdate', { input })).toEqual(['FORBIDDEN_CHANGE']);
  const admins = [{ path: 'auth.provisioning.role', value: 'TENANT_ADMIN' }];
  expect(await codes(ada, 'configUpdate', { input: { ...input, set: admins } })).toEqual(['INVALID_INPUT']);
  expect(await codes(ada, 'configUpdate', { input })).toEqual([]);
  const unset = { scope: 'TENANT', tenantId: acme.id, unset: ['auth.provisioning.role'] };
  expect(await codes(client, 'configUpdate', { input: unset })).toEqual([]);
  expect(await codes(client, 'configRollback', { scope: 'TENANT', tenantId: acme.id, toVersion: 1 })).toEqual(
    ['FORBIDDEN_CHANGE'],
  );
});
