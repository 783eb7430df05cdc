import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventSource } from '../support/event-source.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { Person } from '../support/person.ts';
import { Wire } from '../support/wire.ts';

const CHANGES = 'subscription { changes { __typename } }';
const SIGN_IN = `mutation ($email: String!) { signIn(input: { email: $email, password: "a-good-test-password" }) {
  accessToken refreshToken expiresAt userErrors { message } } }`;
const REFRESH = `mutation ($refreshToken: String!) { tokenRefresh(refreshToken: $refreshToken) {
  accessToken refreshToken userErrors { code message path } } }`;
const VIEWER = 'query { viewer { id role tenant { id } } }';

const WITHDRAWN = { code: 4403, reason: 'Forbidden: access was revoked' };

let installation: Installation;
let acme: TestTenant;
let ada: TestUser;
let csr: TestUser;

async function start(settings?: Record<string, string>): Promise<void> {
  installation = await Installation.start(settings);
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  csr = await installation.aUser('CSR', { tenantId: acme.id });
}

/** One more session of a user, as in another browser. */
async function another({
  email,
}: TestUser): Promise<{ person: Person; token: string; refreshToken: string }> {
  const { signIn } = await installation.stranger().ask(SIGN_IN, { email });
  const { accessToken: token, refreshToken } = signIn;
  return { person: new Person(installation.app.url, token), token, refreshToken };
}

describe('a session that ends', () => {
  beforeAll(() => start());
  afterAll(() => installation.stop());

  test('X: signing out ends the sockets and streams of this session and of no other', async () => {
    const { token, person } = await another(ada);
    const wire = await Wire.signedIn(installation.app.url, token);
    const stream = await EventSource.open(installation.app.url, token, { query: CHANGES });
    await stream.next();
    const stays = await Wire.signedIn(installation.app.url, ada.token ?? '');

    await person.ask('mutation { signOut { endedSessions userErrors { message } } }');

    const end = await stream.take(2);
    stays.subscribe('1', VIEWER);
    expect({ closed: await wire.closed(), end, stays: await stays.next() }).toEqual({
      closed: WITHDRAWN,
      end: [
        expect.objectContaining({
          event: 'next',
          result: {
            errors: [
              expect.objectContaining({
                extensions: expect.objectContaining({ code: 'SUBSCRIPTION_REVOKED' }),
              }),
            ],
          },
        }),
        expect.objectContaining({ event: 'complete' }),
      ],
      stays: expect.objectContaining({ payload: { data: { viewer: expect.anything() } } }),
    });
    await stays.close();
  });

  test('X: signing out everywhere ends the sockets of all sessions, also those without a subscription', async () => {
    const bob = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const sessions = [bob.token ?? '', (await another(bob)).token, (await another(bob)).token];
    const wires = await Promise.all(sessions.map((token) => Wire.signedIn(installation.app.url, token)));

    const { signOutEverywhere } = await bob.ask(
      'mutation { signOutEverywhere { endedSessions userErrors { message } } }',
    );

    const closed = await Promise.all(wires.map((wire) => wire.closed()));
    const answers = await Promise.all(
      sessions.map((token) => new Person(installation.app.url, token).run(VIEWER)),
    );
    expect({
      signOutEverywhere,
      closed,
      codes: answers.map(({ errors }) => errors?.[0]?.extensions.code),
    }).toEqual({
      signOutEverywhere: { endedSessions: 3, userErrors: [] },
      closed: [WITHDRAWN, WITHDRAWN, WITHDRAWN],
      codes: ['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED'],
    });
  });

  test('X: a refresh token that is used again after its successor ends the sockets of its session, for the thief and for the owner', async () => {
    const { token, refreshToken } = await another(ada);
    const { tokenRefresh } = await installation.stranger().ask(REFRESH, { refreshToken });
    const wires = await Promise.all(
      [token, tokenRefresh.accessToken].map((one) => Wire.signedIn(installation.app.url, one)),
    );

    const next = await installation.stranger().ask(REFRESH, { refreshToken: tokenRefresh.refreshToken });

    const { data } = await installation.stranger().run(REFRESH, { refreshToken });

    const latest = next.tokenRefresh.refreshToken;
    const later = await installation.stranger().run(REFRESH, { refreshToken: latest });
    const refused = [{ code: 'INVALID_INPUT', message: expect.any(String), path: ['refreshToken'] }];
    expect({
      again: data.tokenRefresh,
      closed: await Promise.all(wires.map((wire) => wire.closed())),
      later: later.data.tokenRefresh,
    }).toEqual({
      again: { accessToken: null, refreshToken: null, userErrors: refused },
      closed: [WITHDRAWN, WITHDRAWN],
      later: { accessToken: null, refreshToken: null, userErrors: refused },
    });
  });

  test('two tabs that renew together both stay signed in, and so do their sockets', async () => {
    const { token, refreshToken } = await another(ada);
    const wire = await Wire.signedIn(installation.app.url, token);
    const tabs = await Promise.all([1, 2].map(() => installation.stranger().ask(REFRESH, { refreshToken })));
    const renewed = tabs.map(({ tokenRefresh }) => tokenRefresh);
    expect(renewed[0].refreshToken).toBe(renewed[1].refreshToken);
    for (const { accessToken } of renewed) {
      const { viewer } = await new Person(installation.app.url, accessToken).ask(VIEWER);
      expect(viewer.id).toBe(ada.userId);
    }
    wire.subscribe('1', VIEWER);
    expect((await wire.next()).payload).toEqual({ data: { viewer: expect.anything() } });
    await wire.close();
  });

  test('X: suspending a tenant ends all sessions of its users for good; other tenants keep theirs', async () => {
    const globex = await installation.aTenant('Globex');
    const eve = await installation.aUser('CSR', { tenantId: globex.id });
    const { person, refreshToken } = await another(eve);
    const setStatus = (status: string) =>
      installation.root.ask(
        'mutation ($id: ID!, $status: TenantStatus!) { tenantUpdate(id: $id, input: { status: $status }) { userErrors { message } } }',
        { id: globex.id, status },
      );
    await setStatus('SUSPENDED');
    await setStatus('ACTIVE');
    const { data } = await installation.stranger().run(REFRESH, { refreshToken });
    const codeOf = async (one: Person) => (await one.run(VIEWER)).errors?.[0]?.extensions.code;
    expect([await codeOf(eve), await codeOf(person), data.tokenRefresh.accessToken]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      null,
    ]);
    expect((await ada.ask(VIEWER)).viewer.id).toBe(ada.userId);
    const again = await another(eve);
    expect((await again.person.ask(VIEWER)).viewer.id).toBe(eve.userId);
  });

  test('X: a socket that signed in with its first operation ends with its session, like one that signed in at the beginning', async () => {
    const { token, person } = await another(ada);
    const wire = await Wire.open(installation.app.url);
    wire.send({ type: 'connection_init' });
    await wire.next();
    const extensions = { headers: { authorization: `Bearer ${token}` } };
    wire.send({ id: '1', type: 'subscribe', payload: { query: CHANGES, extensions } });
    await wire.next();

    await person.ask('mutation { signOut { userErrors { message } } }');

    expect(await wire.closed()).toEqual(WITHDRAWN);
  });

  test('X: a socket that continues with the token of another session ends with that session, not with its first', async () => {
    const [first, second] = [await another(ada), await another(ada)];
    const wire = await Wire.signedIn(installation.app.url, first.token);
    wire.send({ type: 'ping', payload: { authorization: `Bearer ${second.token}` } });
    await wire.next();

    await first.person.ask('mutation { signOut { userErrors { message } } }');
    wire.subscribe('1', VIEWER);
    const [stillThere] = await wire.take(2);
    await second.person.ask('mutation { signOut { userErrors { message } } }');

    expect({ stillThere, closed: await wire.closed() }).toEqual({
      stillThere: { id: '1', type: 'next', payload: { data: { viewer: expect.anything() } } },
      closed: WITHDRAWN,
    });
  });

  test('X: claims of a client beside its token have no effect', async () => {
    const claims = {
      userId: ada.userId,
      role: 'PLATFORM_ADMIN',
      tenantId: (await installation.aTenant('Globex')).id,
      organizationId: acme.organizationId,
      permissions: ['users:write', 'notes:read'],
    };
    const wire = await Wire.signedIn(installation.app.url, csr.token ?? '', claims);
    const extensions = { headers: { authorization: `Bearer ${ada.token}`, 'x-role': 'admin' }, ...claims };
    wire.send({ id: '1', type: 'subscribe', payload: { query: VIEWER, extensions } });

    expect((await wire.next()).payload).toEqual({
      data: { viewer: { id: csr.userId, role: 'CSR', tenant: { id: acme.id } } },
    });
    const nobody = await Wire.open(installation.app.url);
    nobody.send({ type: 'connection_init', payload: claims });
    await nobody.next();
    nobody.subscribe('1', VIEWER);
    expect((await nobody.next()).payload).toEqual({ data: { viewer: null } });
    await Promise.all([wire.close(), nobody.close()]);
  });
});
