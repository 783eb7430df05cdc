import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { WebSocket } from 'ws';
import type { Customer, FollowCustomers, Following } from '../../examples/customers.ts';
import { stayingClient } from '../../examples/resuming.ts';
import type { Session } from '../../examples/session.ts';
import { aNodeBeside } from '../support/app.ts';
import { aFollower, FOLLOWERS } from '../support/follower.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { findFreePort } from '../support/servers/free-port.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcp-proxy.ts';
import { Stream } from '../support/stream.ts';

let installation: Installation;
let wire: TcpProxy;
let url: string;
let acme: TestTenant;
let ada: TestUser;
const open: Following[] = [];

beforeAll(async () => {
  installation = await Installation.start({ POLL_INTERVAL_MS: '50', DRAIN_MS: '100' });
  wire = await startTcpProxy(Number(new URL(installation.app.url).port));
  url = `http://127.0.0.1:${wire.port}`;
  acme = await installation.aTenant('Acme');
  ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
});

afterEach(async () => {
  const following = open.splice(0);
  for (const { stop } of following) stop();
  await Promise.allSettled(following.map(({ ended }) => ended));
});

afterAll(async () => {
  await wire.stop();
  await installation.stop();
});

describe.each(FOLLOWERS)('the example for %s', (_name, followCustomers) => {
  test('shows what another admin does', async () => {
    const [old, doomed] = [await create('Alder'), await create('Birch')];
    const list = await watch(followCustomers, await aSession());

    await rename(old, 'Alder & Sons');
    await remove(doomed);
    await expectInStep(list);
  });

  test('misses nothing while it has no connection, and needs no new snapshot', async () => {
    const [old, doomed] = [await create('Cedar'), await create('Dogwood')];
    const list = await watch(followCustomers, await aSession());
    const read = list.session.fetch.mock.calls.length;

    for (const name of ['Cedar I', 'Cedar II']) {
      await wire.refuse(true);
      wire.cut();
      await rename(old, name);
      await create(`Made when it was ${name}`);
      await wire.refuse(false);
      await expectInStep(list);
    }
    await remove(doomed);
    await expectInStep(list);
    expect(list.session.fetch.mock.calls.length).toBe(read);
  });

  test('gets a new token when the old one is refused', async () => {
    const session = await aSession();
    const list = await watch(followCustomers, session);
    const renew = jest.spyOn(session, 'renew');

    jest
      .spyOn(session, 'authorization')
      .mockResolvedValueOnce('Bearer one-that-was-good-until-the-server-changed-its-key');
    wire.cut();
    await expectInStep(list);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  test('ends when the session has ended', async () => {
    const session = await aSession();
    const list = await watch(followCustomers, session);

    await session.fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation { signOutEverywhere { endedSessions } }"}',
    });
    await expect(list.following.ended).rejects.toBeTruthy();
  });

  test('reads a list of several pages', async () => {
    const tenant = await installation.aTenant('Globex');
    for (let count = 0; count < 101; count++) await installation.aCustomer(tenant.id, `Customer ${count}`);
    const list = await watch(followCustomers, await aSession(tenant.id));
    expect(list.latest()).toHaveLength(101);
  });
});

test('a client that lost its connection is sent nothing twice', async () => {
  const client = stayingClient(url, await aSession(), WebSocket);
  const query = 'subscription ($after: Cursor) { customerCreated(after: $after) { customer { company } } }';
  const stream = new Stream(client, query);
  const after = await ada.now(acme.id);
  client.subscribe({ query, variables: { after } }, stream.sink as never);
  for (const company of ['Fig', 'Ginkgo', 'Hazel']) {
    await create(company);
    expect(await stream.event()).toEqual({ customer: { company } });
    wire.cut();
  }
  await stream.close();
});

// These tests need a database to which a second server or the test itself can write.
describeOnPostgres('a server that', () => {
  test.each(FOLLOWERS)(
    'is stopped and started again is found again by %s',
    async (_name, followCustomers) => {
      const settings = { PORT: String(await findFreePort()), POLL_INTERVAL_MS: '50', DRAIN_MS: '100' };
      const node = await aNodeBeside(installation.app, settings);
      const list = await watch(followCustomers, await aSession(), node.url);

      await node.stop();
      const customer = await create('Elm');
      const again = await aNodeBeside(installation.app, settings);
      await rename(customer, 'Elm & Daughters');
      await expectInStep(list);

      list.following.stop();
      await again.stop();
    },
  );

  test.each(FOLLOWERS)(
    'refuses a token that has expired gets a new one from %s',
    async (_name, followCustomers) => {
      const node = await installation.anotherNode({ ACCESS_TOKEN_SECONDS: '3', POLL_INTERVAL_MS: '50' });
      const session = await aSession(acme.id, node.url);
      const renewed = new Promise<void>((resolve) => {
        const { renew } = session;
        session.renew = () => renew.call(session).finally(resolve);
      });
      const list = await watch(followCustomers, session, node.url);

      await renewed;
      await expectInStep(list);
    },
  );

  test.each(FOLLOWERS)(
    'no longer has what was missed makes %s start afresh',
    async (_name, followCustomers) => {
      const list = await watch(followCustomers, await aSession());

      await wire.refuse(true);
      wire.cut();
      const customer = await create('Fir');
      await rename(customer, 'Fir & Co.');
      await runSql(
        installation.app.config.databaseUrl ?? '',
        `DELETE FROM change WHERE entity_id = '${customer}'`,
      );
      await wire.refuse(false);
      await expectInStep(list);
    },
  );
});

/** The list of a front end, as the example gave it last. */
interface Watched {
  readonly following: Following;
  readonly session: SpiedSession;
  latest(): readonly Customer[];
  /** Resolves as soon as the customer of this name is in the list. */
  shows(company: string): Promise<void>;
}

type SpiedSession = Session & { readonly fetch: jest.Mock<typeof fetch> };

/** Starts an example, and waits for its first list. */
async function watch(followCustomers: FollowCustomers, session: Session, at = url): Promise<Watched> {
  let latest: readonly Customer[] | null = null;
  const waiting = new Set<() => void>();
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const spied = Object.assign(session, { fetch: jest.fn(session.fetch) });
  const following = followCustomers({
    url: at,
    session: spied,
    onChange(customers) {
      latest = customers;
      for (const look of [...waiting]) look();
    },
  });
  following.ended.catch(() => {});
  open.push(following);
  await until(() => latest !== null);
  return {
    following,
    session: spied,
    latest: () => latest ?? [],
    shows: (name) => until(() => latest?.some(({ company }) => company === name) ?? false),
  };
}

/** A stream is in order: after it has delivered the last change, it must have delivered all of them. */
async function expectInStep(list: Watched): Promise<void> {
  const last = `Last ${crypto.randomUUID()}`;
  await create(last);
  await list.shows(last);
  const { customers } = await ada.ask(
    'query { customers(first: 100) { nodes { __typename id version company status email } } }',
  );
  expect(byId(list.latest())).toEqual(byId(customers.nodes));
}

function byId(customers: readonly Customer[]): readonly Customer[] {
  return [...customers].sort((one, other) => one.id.localeCompare(other.id));
}

/** Signs in an admin of its own, without the proxy. */
function aSession(tenantId = acme.id, at?: string): Promise<Session> {
  return aFollower(installation, tenantId, at);
}

function create(company: string): Promise<string> {
  return installation.aCustomer(acme.id, company);
}

async function rename(id: string, company: string): Promise<void> {
  await ada.ask(
    'mutation ($id: ID!, $company: String!) { customerUpdate(id: $id, input: { company: $company }) { userErrors { message } } }',
    { id, company },
  );
}

async function remove(id: string): Promise<void> {
  await ada.ask('mutation ($id: ID!) { customerDelete(id: $id) { userErrors { message } } }', { id });
}
