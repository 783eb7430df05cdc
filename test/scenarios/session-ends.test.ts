import { afterEach, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { loadSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { AccessTokens } from '../../src/modules/sessions/access-tokens.ts';
import { EventSource } from '../support/event-source.ts';
import { TEST_PASSWORD } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { withShiftedClock } from '../support/shifted-clock.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const { installation, acme } = await aStage({ acme: {} });
const elsewhere = await installation.anotherNode();
const root = await installation.aUser('PLATFORM_ADMIN', {});

const VIEWER = '{ viewer { id } }';
const CHANGES = 'subscription { customerChanged { __typename } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const MINUTE_MS = 60_000;
/** The rest of a session: long enough to open sockets in it on a busy machine, and the longest wait of a test. */
const SOON_MS = 8_000;
const PATHS = ['auth.session.idleMinutes', 'auth.session.maxHours'];

afterEach(async () => {
  await mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: acme.id, unset: PATHS } });
});

const set = (path: string, value: unknown) =>
  mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId: acme.id, set: [{ path, value }] } });

/** A session that began a time ago, with an access token that outlasts it. */
async function aSession(ageMs: number): Promise<{ token: string; refreshToken: string }> {
  const { email } = await installation.aUser('CSR', { tenantId: acme.id });
  const input = { email, password: TEST_PASSWORD };
  const { accessToken, refreshToken } = await withShiftedClock(-ageMs, () =>
    mutate(installation.stranger(), 'signIn', { input }, 'accessToken refreshToken'),
  );
  const { sub: userId = '', sid: sessionId } = decodeJwt<{ sid: string }>(accessToken);
  const { accessTokens } = await loadSecrets(installation.app.config);
  const { token } = await new AccessTokens(accessTokens, systemClock, 10 * MINUTE_MS).issue({
    userId,
    sessionId,
  });
  return { token, refreshToken };
}

/** Whether a socket is open: it answers. */
async function isOpen(wire: Wire): Promise<boolean> {
  wire.subscribe('1', VIEWER);
  return (await wire.next()).type === 'next';
}

test.each([
  ['auth.session.maxHours', 1, 60],
  ['auth.session.idleMinutes', 15, 15],
])(
  'T: %s ends sockets and event streams at the end of their session, however long their token lasts, on every node',
  async (path, value, minutes) => {
    const { token } = await aSession(minutes * MINUTE_MS - SOON_MS);
    await set(path, value);
    const [here, there] = [
      await Wire.signedIn(installation.app.url, token),
      await Wire.signedIn(elsewhere.url, token),
    ];
    const stream = await EventSource.open(installation.app.url, token, { query: CHANGES });
    expect([await isOpen(here), await isOpen(there), (await stream.next()).event]).toEqual([
      true,
      true,
      'next',
    ]);
    expect(await Promise.all([here.closed(), there.closed()])).toEqual([WITHDRAWN, WITHDRAWN]);
    expect((await stream.next()).result).toMatchObject({
      errors: [{ extensions: { code: expect.any(String) } }],
    });
  },
);

test('a limit that is set while a socket is open ends it at the end that its session has since', async () => {
  const { token } = await aSession(60 * MINUTE_MS - SOON_MS);
  const wire = await Wire.signedIn(elsewhere.url, token);
  await set('auth.session.maxHours', 1);
  expect(await isOpen(wire)).toBe(true);
  expect(await wire.closed()).toEqual(WITHDRAWN);
});

test('a session that is renewed in time keeps the sockets that it has open, those of another one end', async () => {
  const [kept, idle] = [await aSession(15 * MINUTE_MS - SOON_MS), await aSession(15 * MINUTE_MS - SOON_MS)];
  await set('auth.session.idleMinutes', 15);
  const [stays, ends] = [
    await Wire.signedIn(elsewhere.url, kept.token),
    await Wire.signedIn(elsewhere.url, idle.token),
  ];
  await mutate(installation.stranger(), 'tokenRefresh', { refreshToken: kept.refreshToken }, 'accessToken');
  expect(await ends.closed()).toEqual(WITHDRAWN);
  expect(await isOpen(stays)).toBe(true);
  await stays.close();
});
