import { expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { loadSecrets } from '../../src/config/secrets.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { AccessTokens } from '../../src/modules/sessions/access-tokens.ts';
import { EventSource } from '../support/event-source.ts';
import { TEST_PASSWORD, type TestTenant } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { aStage } from '../support/stage.ts';
import { Wire } from '../support/wire.ts';

const { installation } = await aStage({});
const elsewhere = await installation.anotherNode();
const root = await installation.aUser('PLATFORM_ADMIN', {});

const VIEWER = '{ viewer { id } }';
const CHANGES = 'subscription { customerChanged { __typename } }';
const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };
const MINUTE_MS = 60_000;
/** The rest of a session: long enough to open sockets in it on a busy machine, and the longest wait of a test. */
const SOON_MS = 8_000;

const set = ({ id: tenantId }: TestTenant, path: string, value: unknown) =>
  mutate(root, 'configUpdate', { input: { scope: 'TENANT', tenantId, set: [{ path, value }] } });

/** A session that began a time ago, with an access token that outlasts it. */
async function aSession(
  { id: tenantId }: TestTenant,
  ageMs: number,
): Promise<{ token: string; refreshToken: string }> {
  const { email } = await installation.aUser('CSR', { tenantId });
  const input = { email, password: TEST_PASSWORD };
  const signedIn = await mutate(installation.stranger(), 'signIn', { input }, 'accessToken refreshToken');
  const { accessToken, refreshToken } = signedIn;
  const { sub: userId = '', sid: sessionId } = decodeJwt<{ sid: string }>(accessToken);
  const earlier = `- interval '${ageMs} milliseconds'`;
  await runSql(
    String(installation.app.config.databaseUrl),
    `UPDATE session SET authenticated_at = authenticated_at ${earlier} WHERE id = '${sessionId}';
     UPDATE session_renewal SET renewed_at = renewed_at ${earlier} WHERE session_id = '${sessionId}'`,
  );
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

// The tests wait for the ends of their sessions together: each has a tenant of its own.
test.concurrent.each([
  ['auth.session.maxHours', 1, 60],
  ['auth.session.idleMinutes', 15, 15],
])(
  'T: %s ends sockets and event streams at the end of their session, however long their token lasts, on every node',
  async (path, value, minutes) => {
    const tenant = await installation.aTenant();
    const { token } = await aSession(tenant, minutes * MINUTE_MS - SOON_MS);
    await set(tenant, path, value);
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

test.concurrent('a limit that is set while a socket is open ends it at the end that its session has since', async () => {
  const tenant = await installation.aTenant();
  const { token } = await aSession(tenant, 60 * MINUTE_MS - SOON_MS);
  const wire = await Wire.signedIn(elsewhere.url, token);
  await set(tenant, 'auth.session.maxHours', 1);
  expect(await isOpen(wire)).toBe(true);
  expect(await wire.closed()).toEqual(WITHDRAWN);
});

test.concurrent('a session that is renewed in time keeps the sockets that it has open, those of another one end', async () => {
  const tenant = await installation.aTenant();
  const [kept, idle] = [
    await aSession(tenant, 15 * MINUTE_MS - SOON_MS),
    await aSession(tenant, 15 * MINUTE_MS - SOON_MS),
  ];
  await set(tenant, 'auth.session.idleMinutes', 15);
  const [stays, ends] = [
    await Wire.signedIn(elsewhere.url, kept.token),
    await Wire.signedIn(elsewhere.url, idle.token),
  ];
  await mutate(installation.stranger(), 'tokenRefresh', { refreshToken: kept.refreshToken }, 'accessToken');
  expect(await ends.closed()).toEqual(WITHDRAWN);
  expect(await isOpen(stays)).toBe(true);
  await stays.close();
});
