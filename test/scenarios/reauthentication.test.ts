import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { TEST_PASSWORD, type TestUser } from '../support/installation.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const issuer = await TestIssuer.start();
const { installation, acme, globex } = await aStage({ acme: {}, globex: {} }, issuer.settings);
const elsewhere = await installation.anotherNode(issuer.settings);
const root = await installation.aUser('PLATFORM_ADMIN', {});
const stranger = installation.stranger();

const VIEWER = '{ viewer { id } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const AUTH = 'subscription ($after: Cursor) { authChanged(after: $after) { reauthenticationRequired } }';
const LENGTH = { path: 'auth.session.maxHours', value: 48 };

let ada: TestUser;
let csr: TestUser;
let gil: TestUser;

beforeEach(async () => {
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  csr = await installation.aUser('CSR', { tenantId: acme.id });
  gil = await installation.aUser('CSR', { tenantId: globex.id });
});

afterAll(() => issuer.stop());

/** Asks for it with a write of a setting that is there already, which changes no value. */
const demand = (who: Person, place: object) =>
  refusals(who, 'configUpdate', { input: { ...place, set: [LENGTH] }, requireReauthentication: true });

const credentials = ({ email }: TestUser) => ({ input: { email, password: TEST_PASSWORD } });

async function signIn(user: TestUser) {
  const selection = 'accessToken refreshToken';
  const { accessToken, refreshToken } = await mutate(stranger, 'signIn', credentials(user), selection);
  return { refreshToken, person: new Person(installation.app.url, accessToken) };
}

const isRefused = async (who: Person) =>
  (await who.run(VIEWER)).errors?.[0]?.extensions.code === 'UNAUTHENTICATED';

test('users without the right, other tenants and layers of users ask none to sign in again', async () => {
  const ofAcme = { scope: 'TENANT', tenantId: acme.id };
  expect(await demand(csr, ofAcme)).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  expect(await demand(gil, ofAcme)).toMatchObject([{ code: 'FORBIDDEN_CHANGE' }]);
  const own = { scope: 'USER', set: [{ path: 'notifications.channels.email', value: false }] };
  expect(await refusals(ada, 'configUpdate', { input: own, requireReauthentication: true })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['requireReauthentication'] },
  ]);
  expect([await isRefused(ada), await isRefused(csr)]).toEqual([false, false]);
});

test('T: an administrator ends all sessions of a tenant on every node, its own too, by any way, and all sign in again', async () => {
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: [LENGTH] } });
  const { refreshToken } = await signIn(csr);
  const longAgo = Math.floor(Date.now() / 1_000) - 60;
  const outside = await issuer.token(csr.userId, { auth_time: longAgo });
  const wires = await Promise.all(
    [installation.app, elsewhere].flatMap(({ url }) =>
      [csr.token ?? '', ada.token ?? '', outside].map((token) => Wire.signedIn(url, token)),
    ),
  );
  const stays = await Wire.signedIn(elsewhere.url, gil.token ?? '');

  expect(await demand(ada, { scope: 'TENANT' })).toEqual([]);

  expect(await Promise.all(wires.map((wire) => wire.closed()))).toEqual(wires.map(() => WITHDRAWN));
  expect(await refusals(stranger, 'tokenRefresh', { refreshToken })).toHaveLength(1);
  expect(await isRefused(new Person(installation.app.url, outside))).toBe(true);
  for (const user of [ada, csr]) {
    expect([await isRefused(user), await isRefused(user.at(elsewhere))]).toEqual([true, true]);
    const again = await signIn(user);
    expect([await isRefused(again.person), await isRefused(again.person.at(elsewhere))]).toEqual([
      false,
      false,
    ]);
    expect(await refusals(stranger, 'tokenRefresh', { refreshToken: again.refreshToken })).toEqual([]);
  }
  stays.subscribe('1', VIEWER);
  expect(await stays.next()).toMatchObject({ payload: { data: { viewer: { id: gil.userId } } } });
  await stays.close();
});

test('authChanged says to whom it matters that settings of sign-in changed, and whether all must sign in again', async () => {
  const [forStaff, forMembers, forOthers] = [
    await ada.now(acme.id),
    await csr.now(acme.id),
    await gil.now(globex.id),
  ];
  const set = (place: object, path: string, value: unknown) =>
    mutate(root, 'configUpdate', { input: { ...place, set: [{ path, value }] } });
  const ofAcme = { scope: 'TENANT', tenantId: acme.id };
  await set(ofAcme, 'branding.name', 'Acme');
  await set(ofAcme, 'auth.session.maxHours', 100);
  await set(ofAcme, 'auth.password.minLength', 11);
  const both = [
    { path: 'branding.name', value: 'Acme!' },
    { path: 'auth.session.maxHours', value: 99 },
  ];
  await mutate(root, 'configUpdate', { input: { ...ofAcme, set: both } });
  expect(await demand(root, ofAcme)).toEqual([]);
  await set({ scope: 'TENANT', tenantId: globex.id }, 'auth.password.minLength', 11);

  const [admin, member] = [await signIn(ada), await signIn(csr)];
  const no = { reauthenticationRequired: false };
  const yes = { reauthenticationRequired: true };
  const told = (who: Person, after: string, count: number) => who.follow(AUTH, { after }).take(count);
  expect(await told(admin.person, forStaff, 4)).toEqual([no, no, no, yes]);
  expect(await told(member.person, forMembers, 2)).toEqual([no, yes]);
  expect(await told(gil, forOthers, 1)).toEqual([no]);
  expect(await told(admin.person.at(elsewhere), forStaff, 4)).toEqual([no, no, no, yes]);
});

// Last, because it ends the sessions of all users.
test('T: the platform ends the sessions of every tenant, immediately, and each tenant receives one event', async () => {
  const after = await gil.now(globex.id);
  const wire = await Wire.signedIn(elsewhere.url, gil.token ?? '');
  expect(await demand(root, { scope: 'PLATFORM' })).toEqual([]);
  expect(await wire.closed()).toEqual(WITHDRAWN);
  expect([await isRefused(gil), await isRefused(csr), await isRefused(root)]).toEqual([true, true, true]);
  const { person } = await signIn(gil);
  expect(await person.follow(AUTH, { after }).take(1)).toEqual([{ reauthenticationRequired: true }]);
  const { person: mender } = await signIn(root);
  await mutate(mender, 'configUpdate', {
    input: { scope: 'TENANT', tenantId: globex.id, set: [{ path: 'auth.password.minLength', value: 12 }] },
  });
  expect(await person.follow(AUTH, { after }).take(2)).toEqual([
    { reauthenticationRequired: true },
    { reauthenticationRequired: false },
  ]);
});
