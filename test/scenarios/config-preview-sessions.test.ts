import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { loadSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { AccessTokens } from '../../src/modules/sessions/access-tokens.ts';
import { adoptedByAll } from '../support/adopted.ts';
import { confirmed } from '../support/authenticator.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import { Person } from '../support/person.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';

const issuer = await TestIssuer.start();
const { installation, acme, globex, ada, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' }, globex: { gil: 'TENANT_ADMIN' } },
  issuer.settings,
);
const root = await installation.aUser('PLATFORM_ADMIN', {});

const HOUR_MS = 60 * 60_000;
const PREVIEW = `query ($input: ConfigUpdateInput!, $toVersion: Int) {
  configChangePreview(input: $input, toVersion: $toVersion) {
    previewToken endedSessionCount tenants { tenantId endedSessionCount } userErrors { code message path } } }`;

afterAll(() => issuer.stop());

afterEach(() => {
  jest.restoreAllMocks();
});

/**
 * The two sessions of a user: one that begins now, and one that began some hours ago and was not renewed since, with an
 * access token that is good now.
 */
async function sessions(hours: number, role: string, place: { tenantId?: string }): Promise<Person[]> {
  const user = await installation.aUser(role, place);
  const { email } = user;
  const { accessToken } = await withShiftedClock(-hours * HOUR_MS, () =>
    mutate(
      installation.stranger(),
      'signIn',
      { input: { email, password: TEST_PASSWORD } },
      'accessToken refreshToken',
    ),
  );
  const { sub: userId = '', sid: sessionId } = decodeJwt<{ sid: string }>(accessToken);
  const { accessTokens } = await loadSecrets(installation.app.config);
  const tokens = new AccessTokens(accessTokens, systemClock, 10 * 60_000);
  return [user, new Person(installation.app.url, (await tokens.issue({ userId, sessionId })).token)];
}

async function isAlive(session: Person): Promise<boolean> {
  return (await session.run('{ viewer { id } }')).errors?.[0]?.extensions.code !== 'UNAUTHENTICATED';
}

async function living(some: readonly Person[]): Promise<Person[]> {
  const alive = await Promise.all(some.map(isAlive));
  return some.filter((_, index) => alive[index]);
}

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they selected
async function preview(who: Person, input: object, toVersion?: number): Promise<any> {
  return (await who.ask(PREVIEW, { input, toVersion })).configChangePreview;
}

const set = (path: string, value: unknown, mode = 'DEFAULT') => ({ set: [{ path, value, mode }] });

test('T: a preview counts exactly the sessions that the write ends, in all and by tenant', async () => {
  const secure = await installation.aUser('CSR', { tenantId: acme.id });
  await confirmed(secure);
  jest.restoreAllMocks();
  await mutate(gil, 'configUpdate', { input: { scope: 'TENANT', ...set('auth.session.maxHours', 4) } });
  const ages = async (role: string, place: { tenantId?: string }) => [
    ...(await sessions(1, role, place)),
    ...(await sessions(3, role, place)),
    ...(await sessions(5, role, place)),
  ];
  const ofAcme = [ada, secure, ...(await ages('CSR', { tenantId: acme.id }))];
  const ofGlobex = [gil, ...(await ages('SUPPORT', { tenantId: globex.id }))];
  const above = await ages('PLATFORM_SUPPORT', {});
  const all = [...ofAcme, ...ofGlobex, ...above];
  expect(await living(all)).toHaveLength(all.length - 1);

  const inAcme = { scope: 'TENANT', tenantId: acme.id };
  const writes: [object, { acme: number; globex: number; above: number }][] = [
    // First, because the end of the session that the setting of Globex ended is not stored yet: it ends no second time.
    [
      { scope: 'PLATFORM', ...set('auth.session.idleMinutes', 240, 'FLOOR') },
      { acme: 1, globex: 0, above: 1 },
    ],
    [
      { scope: 'PLATFORM', ...set('auth.password.minLength', 12) },
      { acme: 0, globex: 0, above: 0 },
    ],
    // The first rules let the platform win over the hours that Globex has set.
    [
      { scope: 'PLATFORM', ...set('auth.session.maxHours', 2) },
      { acme: 1, globex: 1, above: 1 },
    ],
    [
      { scope: 'PLATFORM', ...set('auth.session.idleMinutes', 120, 'FLOOR') },
      { acme: 0, globex: 0, above: 0 },
    ],
    [
      { ...inAcme, ...set('auth.secondFactor.required', true) },
      { acme: 5, globex: 0, above: 0 },
    ],
    [
      { ...inAcme, ...set('auth.providers.allowed', ['OIDC']) },
      { acme: 1, globex: 0, above: 0 },
    ],
  ];
  for (const [input, ended] of writes) {
    const lost = async () => ({
      acme: ofAcme.length - (await living(ofAcme)).length,
      globex: ofGlobex.length - (await living(ofGlobex)).length,
      above: above.length - (await living(above)).length,
    });
    const before = await lost();
    const { previewToken, endedSessionCount, tenants } = await preview(root, input);
    await mutate(root, 'configUpdate', { input, previewToken });
    await adoptedByAll(root);
    const after = await lost();
    expect({
      acme: after.acme - before.acme,
      globex: after.globex - before.globex,
      above: after.above - before.above,
    }).toEqual(ended);
    expect(endedSessionCount).toBe(ended.acme + ended.globex + ended.above);
    const named = (id: string) =>
      tenants.find(({ tenantId }: { tenantId: string }) => tenantId === id)?.endedSessionCount ?? 0;
    expect([named(acme.id), named(globex.id)]).toEqual([ended.acme, ended.globex]);
  }
});

test('X: an administrator counts the sessions of its own tenant, and a rollback those that it ends', async () => {
  await sessions(1, 'CSR', { tenantId: globex.id });
  const strict = { scope: 'TENANT', ...set('auth.session.idleMinutes', 30) };
  const { endedSessionCount, tenants } = await preview(gil, strict);
  expect([endedSessionCount, tenants]).toEqual([2, [{ tenantId: globex.id, endedSessionCount: 2 }]]);
  await mutate(gil, 'configUpdate', { input: { scope: 'TENANT', unset: ['auth.session.maxHours'] } });
  const { userErrors, ...back } = await preview(gil, { scope: 'TENANT' }, 1);
  expect([back.endedSessionCount, userErrors]).toEqual([0, []]);
});
