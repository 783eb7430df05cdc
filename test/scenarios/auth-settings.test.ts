import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../src/core/process/clock.ts';
import { Authenticator, confirmed, later } from '../support/authenticator.ts';
import { HeldRow } from '../support/held-row.ts';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const issuer = await TestIssuer.start();
const { installation, acme, globex, gil } = await aStage(
  { acme: {}, globex: { gil: 'TENANT_ADMIN' } },
  issuer.settings,
);
const elsewhere = await installation.anotherNode(issuer.settings);
const root = await installation.aUser('PLATFORM_ADMIN', {});
const stranger = installation.stranger();

const VIEWER = '{ viewer { id } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

afterAll(() => issuer.stop());

afterEach(async () => {
  jest.restoreAllMocks();
  const unset = [
    'auth.password.maxAgeDays',
    'auth.password.minLength',
    'auth.password.requiredClasses',
    'auth.providers.allowed',
    'auth.secondFactor.required',
    'auth.session.idleMinutes',
    'auth.session.maxHours',
  ];
  await refusals(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: acme.id, unset } });
});

const csr = () => installation.aUser('CSR', { tenantId: acme.id });

/** Sets a path for the tenant acme, as the platform does. */
const set = (path: string, value: unknown) =>
  mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: acme.id, set: [{ path, value }] } });

const credentials = ({ email }: TestUser, more: object = {}) => ({
  input: { email, password: TEST_PASSWORD, ...more },
});

/** Moves the clock of the server forward. */
function pass(ms: number): void {
  const now = new Date(systemClock.now().getTime() + ms);
  jest.spyOn(systemClock, 'now').mockReturnValue(now);
}

async function isRefused(who: Person): Promise<boolean> {
  const { errors } = await who.run(VIEWER);
  return errors?.[0]?.extensions.code === 'UNAUTHENTICATED';
}

/** Whether each way to a usable token, and each use of one, refuses a user; the ways in the order of their names. */
async function refusingWays(
  user: TestUser,
  { refreshToken, outside }: { refreshToken: string; outside: string },
): Promise<Record<string, boolean>> {
  const given = await refusals(stranger, 'signIn', credentials(user));
  const refresh = await refusals(stranger, 'tokenRefresh', { refreshToken });
  const change = { input: { currentPassword: TEST_PASSWORD, newPassword: TEST_PASSWORD } };
  const enrol = { input: { password: TEST_PASSWORD } };
  return {
    signIn: given.length > 0,
    refresh: refresh.length > 0,
    request: await isRefused(user),
    otherNode: await isRefused(user.at(elsewhere)),
    outsideToken: await isRefused(new Person(elsewhere.url, outside)),
    passwordChange: (await refusals(user, 'passwordChange', change)).length > 0,
    enrolment: (await refusals(user, 'totpEnroll', enrol)).length > 0,
  };
}

const EVERY_WAY = {
  signIn: true,
  refresh: true,
  request: true,
  otherNode: true,
  outsideToken: true,
  passwordChange: true,
  enrolment: true,
};

test.each([
  ['auth.providers.allowed', ['OIDC'], 0, { ...EVERY_WAY, outsideToken: false }],
  ['auth.secondFactor.required', true, 0, EVERY_WAY],
  ['auth.session.maxHours', 1, HOUR_MS, { ...EVERY_WAY, signIn: false }],
  ['auth.session.idleMinutes', 15, HOUR_MS / 4, { ...EVERY_WAY, signIn: false }],
])('T: %s refuses every way that it closes, on every node', async (path, value, ms, refused) => {
  const user = await csr();
  const { refreshToken } = await mutate(stranger, 'signIn', credentials(user), 'refreshToken');
  const outside = await issuer.token(user.userId);
  await set(path, value);
  pass(ms);
  expect(await refusingWays(user, { refreshToken, outside })).toEqual(refused);
});

test('T: a tenant that closes a way to sign in ends the sockets of its users, on every node, and of no other tenant', async () => {
  const user = await csr();
  const wires = await Promise.all(
    [installation.app, elsewhere].map(({ url }) => Wire.signedIn(url, user.token ?? '')),
  );
  const stays = await Wire.signedIn(installation.app.url, gil.token ?? '');
  await set('auth.providers.allowed', ['OIDC']);
  expect(await Promise.all(wires.map((wire) => wire.closed()))).toEqual([WITHDRAWN, WITHDRAWN]);
  stays.subscribe('1', VIEWER);
  expect(await stays.next()).toMatchObject({ payload: { data: { viewer: { id: expect.any(String) } } } });
  await stays.close();
});

test('X: an address tells nothing of its tenant: only the right password shows what the settings ask', async () => {
  const user = await csr();
  await set('auth.providers.allowed', ['OIDC']);
  const wrong = { ...credentials(user).input, password: 'not the password of anyone' };
  const nobody = { ...wrong, email: 'nobody@lockstep.test' };
  const answers = [wrong, nobody].map((input) => refusals(stranger, 'signIn', { input }));
  const [known, unknown] = await Promise.all(answers);
  expect(known).toEqual(unknown);
  expect(await refusals(stranger, 'signIn', credentials(user))).toMatchObject([{ code: 'INVALID_STATE' }]);
});

test('a user who must have a second factor sets one up to sign in, whose first code confirms it, and cannot remove it while it is required', async () => {
  const user = await csr();
  expect(await refusals(stranger, 'signInEnroll', credentials(user))).toMatchObject([
    { code: 'INVALID_STATE' },
  ]);
  await set('auth.secondFactor.required', true);
  const [refusal] = await refusals(stranger, 'signIn', credentials(user));
  expect(refusal?.message).toContain('signInEnroll');
  const { secret } = await mutate(stranger, 'signInEnroll', credentials(user), 'secret');
  const authenticator = new Authenticator(secret);
  const wrong = credentials(user, { totp: authenticator.wrongCode() });
  expect(await refusals(stranger, 'signIn', wrong)).toMatchObject([{ path: ['input', 'totp'] }]);
  const right = credentials(user, { totp: authenticator.code() });
  const { accessToken } = await mutate(stranger, 'signIn', right, 'accessToken');
  const person = new Person(installation.app.url, accessToken);
  expect(await isRefused(person)).toBe(false);
  expect(await refusals(stranger, 'signInEnroll', credentials(user))).toMatchObject([
    { code: 'INVALID_STATE' },
  ]);
  const disable = () => {
    later(1);
    return refusals(person, 'totpDisable', {
      input: { password: TEST_PASSWORD, code: authenticator.code() },
    });
  };
  expect(await disable()).toMatchObject([
    { code: 'INVALID_STATE', message: expect.stringContaining('required') },
  ]);
  await set('auth.secondFactor.required', false);
  expect(await disable()).toEqual([]);
});

test('a password that does not fit the rules any more is replaced by the sign-in itself, which ends the other sessions', async () => {
  const user = await csr();
  await set('auth.password.requiredClasses', ['DIGIT', 'UPPER']);
  expect(await isRefused(user)).toBe(false);
  expect(await refusals(stranger, 'signIn', credentials(user))).toMatchObject([{ code: 'INVALID_STATE' }]);
  const weak = credentials(user, { newPassword: 'another password with 1' });
  expect(await refusals(stranger, 'signIn', weak)).toMatchObject([
    { code: 'INVALID_INPUT', message: expect.stringContaining('UPPER'), path: ['input', 'newPassword'] },
  ]);
  const change = { input: { currentPassword: TEST_PASSWORD, newPassword: 'another password' } };
  expect(await refusals(user, 'passwordChange', change)).toMatchObject([{ path: ['input', 'newPassword'] }]);
  const newPassword = 'Another password with 1';
  await mutate(stranger, 'signIn', credentials(user, { newPassword }), 'accessToken');
  expect(await isRefused(user)).toBe(true);
  await mutate(stranger, 'signIn', credentials(user, { password: newPassword }), 'accessToken');
});

test('a password that is older than the setting allows signs in with a new one only, from the day on; sessions that run continue', async () => {
  const user = await csr();
  const [{ accessToken, refreshToken }, before] = [
    await mutate(stranger, 'signIn', credentials(user), 'accessToken refreshToken'),
    await csr(),
  ];
  await set('auth.password.maxAgeDays', 20);
  const atDay = <Value>(days: number, work: () => Promise<Value>) => withShiftedClock(days * DAY_MS, work);
  const signIn = (who: TestUser, more: object = {}) => refusals(stranger, 'signIn', credentials(who, more));
  expect(await atDay(19.9, () => signIn(user))).toEqual([]);
  const tooOld = { code: 'INVALID_STATE', message: expect.stringContaining('20 days'), path: ['input'] };
  expect(await atDay(20.1, () => signIn(user))).toMatchObject([tooOld]);
  expect(await atDay(20.1, () => signIn(user, { newPassword: TEST_PASSWORD }))).toMatchObject([
    { path: ['input', 'newPassword'] },
  ]);
  expect(await atDay(20.1, () => refusals(stranger, 'tokenRefresh', { refreshToken }))).toEqual([]);
  expect(accessToken).not.toBeNull();

  const newPassword = 'another long password';
  expect(await atDay(20.1, () => signIn(user, { newPassword }))).toEqual([]);
  expect(await atDay(40, () => signIn(user, { password: newPassword }))).toEqual([]);
  expect(await atDay(40.2, () => signIn(user, { password: newPassword }))).toMatchObject([tooOld]);

  const change = { input: { currentPassword: TEST_PASSWORD, newPassword } };
  const changing = new Person(installation.app.url, await tokenAt(10, before));
  const same = { input: { currentPassword: TEST_PASSWORD, newPassword: TEST_PASSWORD } };
  expect(await atDay(10, () => refusals(changing, 'passwordChange', same))).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'newPassword'] },
  ]);
  expect(await atDay(10, () => refusals(changing, 'passwordChange', change))).toEqual([]);
  expect(await atDay(29.9, () => signIn(before, { password: newPassword }))).toEqual([]);
  expect(await atDay(30.1, () => signIn(before, { password: newPassword }))).toMatchObject([tooOld]);
});

/** An access token of a sign-in some days from now. */
async function tokenAt(days: number, user: TestUser): Promise<string> {
  const signIn = () => mutate(stranger, 'signIn', credentials(user), 'accessToken');
  return (await withShiftedClock(days * DAY_MS, signIn)).accessToken;
}

test('the first password of a user obeys the settings of the tenant in which the user is created, not those of its author', async () => {
  await set('auth.password.requiredClasses', ['DIGIT']);
  await set('auth.password.minLength', 20);
  const create = (tenantId: string, password: string) =>
    refusals(root, 'userCreate', {
      input: { name: 'N', email: `${randomUUID()}@x.test`, role: 'CSR', tenantId, password },
    });
  const path = ['input', 'password'];
  expect(await create(acme.id, 'short password')).toMatchObject([{ path }, { path }]);
  expect(await create(acme.id, 'a password of twenty and more')).toMatchObject([{ path }]);
  expect(await create(acme.id, 'a password of twenty and 1 more')).toEqual([]);
  expect(await create(globex.id, 'short password')).toEqual([]);
  const locked = [{ path: 'auth.password.minLength', value: 16, mode: 'FLOOR' }];
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: locked } });
  expect(await create(globex.id, 'short password')).toMatchObject([{ path }]);
  const unset = ['auth.password.minLength'];
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset } });
  await mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: acme.id, unset } });
});

test('a longer session is not given to one that has begun: its stored end stays', async () => {
  const user = await csr();
  const { accessToken, refreshToken } = await mutate(
    stranger,
    'signIn',
    credentials(user),
    'accessToken refreshToken',
  );
  expect(accessToken).not.toBeNull();
  await set('auth.session.maxHours', 8_760);
  pass(31 * 24 * HOUR_MS);
  expect(await refusals(stranger, 'tokenRefresh', { refreshToken })).toHaveLength(1);
});

test.each([
  ['auth.session.maxHours', 2],
  ['auth.session.idleMinutes', 60],
])('%s ends a session that is older, and a laxer setting revives none', async (path, value) => {
  const user = await csr();
  const signIn = async (): Promise<string> =>
    (await mutate(stranger, 'signIn', credentials(user), 'refreshToken')).refreshToken;
  const refusedRefresh = async (refreshToken: string) =>
    (await refusals(stranger, 'tokenRefresh', { refreshToken })).length > 0;
  const aged = await withShiftedClock(-3 * HOUR_MS, signIn);
  const fresh = await signIn();
  await set(path, value);
  const endedInTime = await withShiftedClock(-3 * HOUR_MS, signIn);
  await set(path, null);
  expect(await Promise.all([aged, endedInTime, fresh].map(refusedRefresh))).toEqual([true, true, false]);
});

test('ways by which no user can sign in are refused, so that no tenant is left without a way to mend it', async () => {
  const set = [{ path: 'auth.providers.allowed', value: ['GOOGLE', 'MICROSOFT'] }];
  const input = { scope: 'TENANT', tenantId: acme.id, set };
  expect(await refusals(root, 'configUpdate', { input })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] },
  ]);
});

test('the settings of one tenant are not those of another', async () => {
  await set('auth.secondFactor.required', true);
  const user = await installation.aUser('CSR', { tenantId: globex.id });
  expect(await isRefused(user)).toBe(false);
});

// Last, because tenants adopt what the platform has set.
test('T: a lock of the platform acts immediately on the users of every tenant who do not satisfy it, by every way, and on no other', async () => {
  const [without, withOne] = [await csr(), await csr()];
  await confirmed(withOne);
  const { refreshToken } = await mutate(stranger, 'signIn', credentials(without), 'refreshToken');
  const given = { refreshToken, outside: await issuer.token(without.userId) };
  const wire = await Wire.signedIn(elsewhere.url, without.token ?? '');
  const locked = [{ path: 'auth.secondFactor.required', value: true, mode: 'LOCKED' }];
  await confirmed(root);
  // Where another connection can hold the feed of the tenant, its adoption waits: the lock does not.
  const { databaseUrl } = installation.app.config;
  const held = process.env.TEST_DATABASE_URL ? await HeldRow.ofFeed(String(databaseUrl), acme.id) : null;
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: locked } });
  try {
    expect(await wire.closed()).toEqual(WITHDRAWN);
    expect(await refusingWays(without, given)).toEqual(EVERY_WAY);
    expect(await isRefused(withOne)).toBe(false);
  } finally {
    await held?.release();
  }
});
