import { afterAll, afterEach, expect, test } from '@jest/globals';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const issuer = await TestIssuer.start();
const { installation, acme, gil } = await aStage(
  { acme: {}, globex: { gil: 'TENANT_ADMIN' } },
  issuer.settings,
);
const elsewhere = await installation.anotherNode(issuer.settings);
/** A node that accepts no outside tokens, as after its operator has taken the issuer away. */
const alone = await installation.anotherNode();
const root = await installation.aUser('PLATFORM_ADMIN', {});
const { id: businessTypeId } = (
  await mutate(
    root,
    'businessTypeCreate',
    { input: { key: 'hotels', name: 'Hotels' } },
    'businessType { id }',
  )
).businessType;

afterAll(() => issuer.stop());

const VIEWER = '{ viewer { id } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const WAYS = 'auth.providers.allowed';
const OIDC = 'auth.providers.oidc';
const FACTOR = 'auth.secondFactor.required';

const ofAcme = { scope: 'TENANT', tenantId: acme.id };
const EVERY_SCOPE = [ofAcme, { scope: 'BUSINESS_TYPE', businessTypeId }, { scope: 'PLATFORM' }];

afterEach(async () => {
  for (const place of EVERY_SCOPE) {
    await refusals(root, 'configUpdate', { input: { ...place, unset: [WAYS, OIDC, FACTOR] } });
  }
});

const setting = (path: string, value: unknown, place: object = ofAcme) => ({
  input: { ...place, set: [{ path, value }] },
});

/** A client of a user with a token of the issuer. */
async function byIssuer({ userId }: TestUser, claims = {}): Promise<Person> {
  return new Person(installation.app.url, await issuer.token(userId, claims));
}

const isRefused = async (who: Person) =>
  (await who.run(VIEWER)).errors?.[0]?.extensions.code === 'UNAUTHENTICATED';

const signIn = async ({ email }: TestUser, who = installation.stranger()) =>
  refusals(who, 'signIn', { input: { email, password: TEST_PASSWORD } });

test.each(EVERY_SCOPE)(
  'a server without an outside issuer refuses settings by which only its tokens would count, at $scope',
  async (place) => {
    const oidc = { issuer: issuer.issuer, clientId: issuer.clientId };
    for (const [path, value] of [
      [WAYS, ['OIDC']],
      [WAYS, ['GOOGLE', 'OIDC']],
      [OIDC, oidc],
    ] as const) {
      expect(await refusals(root.at(alone), 'configUpdate', setting(path, value, place))).toEqual([
        expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] }),
      ]);
    }
    const other = { ...oidc, clientId: 'another-client' };
    expect(await refusals(root, 'configUpdate', setting(OIDC, other, place))).toHaveLength(1);
    expect(await refusals(root, 'configUpdate', setting(OIDC, oidc, place))).toEqual([]);
  },
);

test('a layer that says so already refuses passwords still where the issuer is gone, its rollback is refused, and the platform mends it', async () => {
  const user = await installation.aUser('CSR', { tenantId: acme.id });
  await mutate(root, 'configUpdate', setting(WAYS, ['OIDC']));
  const stranger = installation.stranger().at(alone);
  expect(await signIn(user, stranger)).toMatchObject([{ code: 'INVALID_STATE' }]);
  expect(await isRefused(user.at(alone))).toBe(true);
  const restored = { ...ofAcme, toVersion: await versionOfAcme() };
  await mutate(root.at(alone), 'configUpdate', setting(WAYS, ['PASSWORD']));
  expect(await signIn(user, stranger)).toEqual([]);
  for (const dryRun of [true, false]) {
    expect(await refusals(root.at(alone), 'configRollback', { ...restored, dryRun })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['toVersion'] },
    ]);
  }
});

test('authors of settings cannot close the way by which they have signed in; another way they can', async () => {
  const ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  expect(await refusals(ada, 'configUpdate', setting(WAYS, ['OIDC']))).toMatchObject([
    {
      code: 'INVALID_STATE',
      path: ['input', 'set', '0', 'value'],
      message: expect.stringContaining('PASSWORD'),
    },
  ]);
  const platform = { scope: 'PLATFORM' };
  expect(await refusals(root, 'configUpdate', setting(WAYS, ['OIDC'], platform))).toHaveLength(1);
  const outside = await byIssuer(ada);
  expect(await refusals(outside, 'configUpdate', setting(WAYS, ['PASSWORD']))).toHaveLength(1);
  expect(await refusals(outside, 'configUpdate', setting(FACTOR, true))).toHaveLength(1);
  const strong = await byIssuer(ada, { amr: ['mfa'] });
  expect(await refusals(strong, 'configUpdate', setting(FACTOR, true))).toEqual([]);
  expect(await refusals(strong, 'configUpdate', setting(WAYS, ['OIDC']))).toEqual([]);
  expect([await isRefused(ada), await isRefused(strong)]).toEqual([true, false]);
});

test('T: a provider that a tenant removes ends what its users have open by it, on every node, and nothing else', async () => {
  const user = await installation.aUser('CSR', { tenantId: acme.id });
  const open = (nodes: readonly { url: string }[], token: string) =>
    Promise.all(nodes.map(({ url }) => Wire.signedIn(url, token)));
  const removed = await open([installation.app, elsewhere], await issuer.token(user.userId));
  const stay = [
    ...(await open([installation.app, elsewhere], user.token ?? '')),
    ...(await open([elsewhere], await issuer.token(gil.userId))),
  ];
  await mutate(root, 'configUpdate', setting(WAYS, ['PASSWORD']));
  expect(await Promise.all(removed.map((wire) => wire.closed()))).toEqual([WITHDRAWN, WITHDRAWN]);
  const outside = await byIssuer(user);
  expect([await isRefused(outside), await isRefused(outside.at(elsewhere))]).toEqual([true, true]);
  for (const wire of stay) {
    wire.subscribe('1', VIEWER);
    expect(await wire.next()).toMatchObject({ payload: { data: { viewer: { id: expect.any(String) } } } });
    await wire.close();
  }
  await mutate(root, 'configUpdate', { input: { ...ofAcme, unset: [WAYS] } });
  expect(await isRefused(outside)).toBe(false);
});

test('X: a provider that is switched off and on again lets the same users in by their links, without a token that links them again', async () => {
  const user = await installation.aUser('CSR', { tenantId: acme.id });
  const subject = `subject of ${user.userId}`;
  const linking = await issuer.token(subject, { email: user.email, email_verified: true });
  const [linked, other] = [await issuer.token(subject), await issuer.token(`another ${subject}`)];
  const isIn = async (token: string) => {
    const { data } = await new Person(elsewhere.url, token).run(VIEWER);
    return data?.viewer?.id === user.userId;
  };
  expect(await isIn(linked)).toBe(false);
  expect([await isIn(linking), await isIn(linked)]).toEqual([true, true]);
  await mutate(root, 'configUpdate', setting(WAYS, ['PASSWORD']));
  expect([await isIn(linking), await isIn(linked), await isIn(other)]).toEqual([false, false, false]);
  await mutate(root, 'configUpdate', setting(WAYS, ['PASSWORD', 'OIDC']));
  expect([await isIn(linked), await isIn(other)]).toEqual([true, false]);
});

async function versionOfAcme(): Promise<number> {
  const query = 'query ($id: ID!) { effectiveConfig(tenantId: $id) { version } }';
  return (await root.ask(query, { id: acme.id })).effectiveConfig.version;
}
