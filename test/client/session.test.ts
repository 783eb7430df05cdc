import { afterEach, describe, expect, test } from '@jest/globals';
import type { Lockstep, LockstepOptions, StoredSession, TokenStorage } from '@lockstep/client';
import { TEST_PASSWORD } from '../support/installation.ts';
import { aClient, until } from '../support/live-client.ts';
import { aStage } from '../support/stage.ts';
import { TabLocks } from '../support/tab-locks.ts';

const { installation, acme } = await aStage({ acme: {} });
const { url } = installation.app;
const clients: Lockstep[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

/** The storage of a browser: all its tabs see the same session. */
class SharedStorage implements TokenStorage {
  readonly isShared = true;
  session: StoredSession | null = null;

  read(): StoredSession | null {
    return this.session;
  }

  write(session: StoredSession | null): void {
    this.session = session;
  }
}

function aTab(options: Partial<LockstepOptions>): Lockstep {
  const client = aClient(url, options);
  clients.push(client);
  return client;
}

/** Two tabs of one browser, signed in as a new user, and the requests that they send. */
async function twoTabs({ locks = new TabLocks() }: { locks?: TabLocks | null } = {}) {
  const user = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
  const storage = new SharedStorage();
  const sent: string[] = [];
  const options: Partial<LockstepOptions> = {
    storage,
    ...(locks && { locks }),
    fetch: (input, init) => {
      sent.push(/mutation (\w+)/.exec(String(init?.body))?.[1] ?? 'other');
      return fetch(input, init);
    },
  };
  const one = aTab(options);
  await one.session.signIn({ email: user.email, password: TEST_PASSWORD });
  const other = aTab(options);
  await other.session.renew();
  sent.length = 0;
  return { user, storage, sent, one, other, options };
}

const signedOut = ({ session }: Lockstep) =>
  until(session.state, 'signed out', ({ status }) => status === 'signed-out');

describe('a sign-in is refused', () => {
  test('with a wrong password: the faults are for the form, and no session begins', async () => {
    const client = aTab({});
    const { isSignedIn, userErrors } = await client.session.signIn({
      email: 'a@b.cd',
      password: 'wrong-password',
    });
    expect({
      isSignedIn,
      codes: userErrors.map(({ code }) => code),
      state: client.session.state.get(),
    }).toEqual({
      isSignedIn: false,
      codes: ['INVALID_INPUT'],
      state: { status: 'signed-out' },
    });
  });

  test('by a server that cannot be reached: with an error, and not with faults', async () => {
    const client = aTab({ fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(client.session.signIn({ email: 'a@b.cd', password: 'p' })).rejects.toMatchObject({
      code: 'OFFLINE',
    });
  });
});

describe('two tabs', () => {
  test('that renew together send one request, and both have the tokens', async () => {
    const { one, other, sent } = await twoTabs();
    await Promise.all([one.session.renew(), other.session.renew()]);
    expect(sent).toEqual(['Refresh']);
    expect(await other.session.authorization()).toBe(await one.session.authorization());
  });

  test('that renew together without a lock are both still signed in', async () => {
    const { one, other, user } = await twoTabs({ locks: null });
    await Promise.all([one.session.renew(), other.session.renew()]);
    for (const { session } of [one, other]) {
      await session.renew();
      const answer = await session.fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ viewer { user { email } } }"}',
      });
      expect(await answer.json()).toEqual({ data: { viewer: { user: { email: user.email } } } });
    }
  });

  test('are both signed out when one is: the rows of the other are gone, and its socket is closed', async () => {
    const { one, other, storage } = await twoTabs();
    await installation.aCustomer(acme.id);
    const list = other.liveList('fragment Row on Customer { company }');
    list.subscribe(() => {});
    await until(list, 'rows', ({ rows }) => rows.length > 0);
    await one.session.signOut();
    await signedOut(other);
    expect({ stored: storage.session, list: list.get(), connection: other.connection.get().state }).toEqual({
      stored: null,
      list: expect.objectContaining({ rows: [], status: 'ended' }),
      connection: 'signed-out',
    });
  });

  test('follow a sign-in of another user in one of them', async () => {
    const { one, other } = await twoTabs();
    const { id } = one.session.state.get() as { id: string };
    const user = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    await one.session.signIn({ email: user.email, password: TEST_PASSWORD });
    await until(other.session.state, 'another session', (now) => now.status === 'signed-in' && now.id !== id);
    expect(await other.session.authorization()).toBe(await one.session.authorization());
  });
});

describe('a session', () => {
  test('is found again after a reload, and ends with the reason REFUSED when the server has ended it', async () => {
    const { one, other, options, storage } = await twoTabs();
    one.close();
    other.close();
    const reloaded = aTab(options);
    const { refreshToken } = storage.session ?? {};
    expect(await reloaded.session.authorization()).toMatch(/^Bearer /);
    expect(storage.session?.refreshToken).not.toBe(refreshToken);

    await reloaded.session.fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation { signOutEverywhere { endedSessions } }"}',
    });
    await reloaded.session.renew();
    expect(reloaded.session.state.get()).toEqual({ status: 'signed-out', reason: 'REFUSED' });
  });

  test('ends in an open list when the server ends it', async () => {
    const { one, other } = await twoTabs();
    const list = other.liveList('fragment Row on Customer { company }');
    list.subscribe(() => {});
    await until(list, 'in step', ({ status }) => status === 'in-step');
    await one.session.fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation { signOutEverywhere { endedSessions } }"}',
    });
    await signedOut(other);
    expect(list.get()).toMatchObject({ status: 'ended', rows: [] });
  });

  test('does not end while the server cannot be reached', async () => {
    const { storage } = await twoTabs();
    const client = aTab({ storage, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    await expect(client.session.renew()).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(client.session.state.get().status).toBe('signed-in');
  });
});

test('what one user has asked is not sent again for another, who has signed in meanwhile', async () => {
  const [one, other] = await Promise.all([
    installation.aUser('TENANT_ADMIN', { tenantId: acme.id }),
    installation.aUser('TENANT_ADMIN', { tenantId: acme.id }),
  ]);
  const signIn = ({ email }: { email: string }) => client.session.signIn({ email, password: TEST_PASSWORD });
  let asked = 0;
  const client: Lockstep = aTab({
    fetch: async (input, init) => {
      if (init?.body !== 'asked') return fetch(input, init);
      asked += 1;
      await signIn(other);
      return new Response(null, { status: 401 });
    },
  });
  await signIn(one);
  const answer = await client.session.fetch(`${url}/graphql`, { method: 'POST', body: 'asked' });
  expect([answer.status, asked]).toEqual([401, 1]);
});
