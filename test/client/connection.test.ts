import { afterAll, afterEach, expect, jest, test } from '@jest/globals';
import type { LiveList, Lockstep, LockstepOptions, Page } from '@lockstep/client';
import { JSDOM } from 'jsdom';
import { aSignedIn, until } from '../support/live-client.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { startTcpProxy } from '../support/servers/tcp-proxy.ts';
import { aStage } from '../support/stage.ts';

interface Customer {
  readonly id: string;
  readonly version: number;
  readonly company: string;
}

const { installation, acme, ada } = await aStage(
  { acme: { ada: 'TENANT_ADMIN' } },
  { POLL_INTERVAL_MS: '50', WS_MAX_SOCKETS_PER_USER: '100' },
);
const wire = await startTcpProxy(Number(new URL(installation.app.url).port));
const url = `http://127.0.0.1:${wire.port}`;
const ROW = 'fragment CustomerRow on Customer { company }';
const clients: Lockstep[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  wire.swallow(false);
  await wire.refuse(false);
});

afterAll(() => wire.stop());

async function aUserBehindTheWire(options: Partial<LockstepOptions> = {}): Promise<Lockstep> {
  const client = await aSignedIn(installation, ada, { url, ...options });
  clients.push(client);
  return client;
}

/** A list of customers whose company begins with a name of its own, in use until the client closes. */
async function aList(client: Lockstep) {
  const name = crypto.randomUUID();
  const create = (suffix: string) => installation.aCustomer(acme.id, `${name} ${suffix}`);
  const id = await create('first');
  const list: LiveList<Customer> = client.liveList<Customer>(ROW, {
    filter: { company: { startsWith: name } },
  });
  list.subscribe(() => {});
  await until(list, 'the first row', ({ rows, status }) => rows.length === 1 && status === 'in-step');
  return {
    id,
    list,
    create,
    rename: (suffix: string) =>
      ada.ask(
        'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }',
        { id, company: `${name} ${suffix}` },
      ),
    remove: () =>
      ada.ask('mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }', { id }),
    suffixes: () => list.get().rows.map(({ company }) => company.slice(name.length + 1)),
    shows: (suffix: string) =>
      until(list, suffix, ({ rows }) => rows.some(({ company }) => company === `${name} ${suffix}`)),
  };
}

const reaches = (client: Lockstep, wanted: string) =>
  until(client.connection, wanted, ({ state }) => state === wanted);

test('a list whose connection is cut keeps its rows, resumes, and misses nothing and gets nothing twice', async () => {
  const client = await aUserBehindTheWire();
  const { list, create, rename, suffixes, shows } = await aList(client);
  const events: string[] = [];
  client.events<Customer>(ROW).subscribe(({ eventId }) => events.push(eventId));
  await reaches(client, 'catching-up');
  await reaches(client, 'in-step');

  for (const round of ['1', '2', '3']) {
    await wire.refuse(true);
    wire.cut();
    const { reason } = await reaches(client, 'offline');
    await until(list, 'stale', ({ status }) => status === 'stale');
    expect({ reason, status: list.get().status, rows: list.get().rows.length }).toEqual({
      reason: expect.any(String),
      status: 'stale',
      rows: Number(round),
    });
    await create(`made ${round}`);
    await rename(`named ${round}`);
    await wire.refuse(false);
    await shows(`named ${round}`);
    await reaches(client, 'in-step');
  }
  expect(suffixes().toSorted()).toEqual(['made 1', 'made 2', 'made 3', 'named 3']);
  expect({ received: events.length, once: new Set(events).size }).toEqual({ received: 6, once: 6 });
  expect(client.connection.cursorAgeMs()).toBeLessThan(60_000);
});

test('a row that was deleted while the connection was cut is gone after it', async () => {
  const client = await aUserBehindTheWire();
  const { list, create, remove } = await aList(client);
  await wire.refuse(true);
  wire.cut();
  await remove();
  await create('second');
  await wire.refuse(false);
  await until(list, 'the second alone', ({ rows, status }) => rows.length === 1 && status === 'in-step');
});

test('a client makes no attempt after it has signed out while it was offline', async () => {
  const client = await aUserBehindTheWire();
  const { list } = await aList(client);
  await wire.refuse(true);
  wire.cut();
  await reaches(client, 'offline');
  const seen: string[] = [];
  client.connection.subscribe(() => seen.push(client.connection.get().state));
  await client.session.signOut();
  expect(list.get()).toMatchObject({ status: 'ended', rows: [] });
  await wire.refuse(false);
  // Another client, which begins now, is in step before one that was still trying could be silent.
  const other = await aUserBehindTheWire();
  await aList(other);
  expect(seen).toEqual(['signed-out']);
});

test('a page that goes offline, or to the cache of the browser, closes its socket, and is in step when it is back', async () => {
  const { window } = new JSDOM();
  const client = await aUserBehindTheWire({ page: window as unknown as Page });
  const { rename, shows } = await aList(client);
  for (const [away, back] of [
    ['offline', 'online'],
    ['pagehide', 'pageshow'],
  ] as const) {
    window.dispatchEvent(new window.Event(away));
    await reaches(client, 'offline');
    await rename(away);
    window.dispatchEvent(new window.Event(back));
    await shows(away);
    await reaches(client, 'in-step');
  }
  window.close();
});

test('a page that is shown again finds out that its socket has died', async () => {
  const { window } = new JSDOM('', { pretendToBeVisual: true });
  const client = await aUserBehindTheWire({ page: window as unknown as Page });
  const { rename, shows } = await aList(client);
  wire.swallow(true);
  window.document.dispatchEvent(new window.Event('visibilitychange'));
  await reaches(client, 'offline');
  await rename('meanwhile');
  wire.swallow(false);
  await shows('meanwhile');
  window.close();
});

test('a user who signs in after another one sees no row of that one', async () => {
  const client = await aUserBehindTheWire();
  const { list } = await aList(client);
  const ended = jest.fn();
  client.onSessionEnd(ended);
  const globex = await installation.aTenant('Globex');
  const gus = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
  const seen: number[] = [];
  list.subscribe(() => seen.push(list.get().rows.length));
  await client.session.signIn({ email: gus.email, password: 'a-good-test-password' });
  await until(list, 'in step', ({ status }) => status === 'in-step');
  expect({ seen: new Set(seen), ended: ended.mock.calls.length }).toEqual({ seen: new Set([0]), ended: 1 });
});

describeOnPostgres('a server that', () => {
  test('no longer has what was missed sends the rows again, and the list is never empty meanwhile', async () => {
    const client = await aUserBehindTheWire();
    const { id, list, rename, shows } = await aList(client);
    await wire.refuse(true);
    wire.cut();
    await rename('second');
    await runSql(installation.app.config.databaseUrl ?? '', `DELETE FROM change WHERE entity_id = '${id}'`);
    const counts = new Set<number>();
    const statuses = new Set<string>();
    list.subscribe(() => {
      counts.add(list.get().rows.length);
      statuses.add(list.get().status);
    });
    await wire.refuse(false);
    await shows('second');
    expect({ counts: [...counts], wasLoading: statuses.has('loading') }).toEqual({
      counts: [1],
      wasLoading: false,
    });
  });

  test('is restarted with a new address of the same database is found again', async () => {
    const node = await installation.anotherNode({ POLL_INTERVAL_MS: '50', DRAIN_MS: '100' });
    const client = await aUserBehindTheWire();
    const { rename, shows } = await aList(client);
    wire.redirect(Number(new URL(node.url).port));
    wire.cut();
    await rename('over there');
    await shows('over there');
  });

  test('closes a socket whose token has ended is given another one, and the list resumes', async () => {
    const node = await installation.anotherNode({ ACCESS_TOKEN_SECONDS: '3', POLL_INTERVAL_MS: '50' });
    const client = await aSignedIn(installation, ada, { url: node.url });
    clients.push(client);
    const { rename, shows } = await aList(client);
    await reaches(client, 'offline');
    await rename('after the token');
    await shows('after the token');
    expect(client.session.state.get().status).toBe('signed-in');
  });
});
