import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LiveList } from '@lockstep/client';
import { anApiToken } from '../support/api-token.ts';
import type { TestApp } from '../support/app.ts';
import { EventSource } from '../support/event-source.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { aSignedIn, until } from '../support/live-client.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import type { Stream } from '../support/stream.ts';

const UPDATED = `subscription ($after: Cursor) { customerUpdated(after: $after) { customer { company } } }`;
const ENTRIES = `query ($tenantId: ID, $id: ID!) { auditLog(tenantId: $tenantId, filter: { entityId: { equals: $id } }) {
  nodes { actorId changes { field after } } } }`;
const SENT_AWAY = (reason: string) => ({ how: 'closed', code: 1008, reason: `Disconnected: ${reason}` });

function scenario(settings: Record<string, string>, isOfTwoNodes: boolean): void {
  let installation: Installation;
  let other: TestApp;
  let acme: TestTenant;
  let ada: TestUser;
  let customerId: string;

  beforeAll(async () => {
    installation = await Installation.start(settings);
    other = isOfTwoNodes ? await installation.anotherNode(settings) : installation.app;
    if (settings.REDIS_URL) await Promise.all([installation.app, other].map(untilRedisIsUp));
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    customerId = await installation.aCustomer(acme.id);
  });
  afterAll(() => installation.stop());

  const inAcme = (role: string, more = {}) => installation.aUser(role, { tenantId: acme.id, ...more });
  const disconnect = (who: Person, { userId }: TestUser, more = {}) =>
    mutate(who, 'userDisconnect', { userId, reason: 'Please sign in again', ...more });
  const rename = (company: string) => mutate(ada, 'customerUpdate', { id: customerId, input: { company } });
  /** A stream that has begun: it has received a change. */
  const running = async (person: Person): Promise<Stream> => {
    const after = await person.now(acme.id);
    const stream = person.follow(UPDATED, { after });
    await rename(crypto.randomUUID());
    await stream.event();
    return stream;
  };

  test('X: no one disconnects a user beyond its level or its role: another tenant’s user and none answer alike, and every stream continues', async () => {
    const globex = await installation.aTenant('Globex');
    const mallory = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const bob = await inAcme('CSR');
    const orga = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
    const streams = [await running(bob), await running(bob.at(other))];
    const reason = 'because';
    const foreign = await refusals(mallory, 'userDisconnect', { userId: bob.userId, reason });
    const unknown = await refusals(mallory, 'userDisconnect', { userId: crypto.randomUUID(), reason });
    const malformed = await refusals(mallory, 'userDisconnect', { userId: 'no id', reason });
    expect(foreign).toEqual([expect.objectContaining({ code: 'NOT_FOUND', path: ['userId'] })]);
    expect([unknown, malformed]).toEqual([foreign, foreign]);
    expect(await codes(bob, 'userDisconnect', { userId: ada.userId, reason })).toEqual(['FORBIDDEN']);
    expect(await codes(await inAcme('SUPPORT'), 'userDisconnect', { userId: bob.userId, reason })).toEqual([
      'FORBIDDEN',
    ]);
    expect(await codes(ada, 'userDisconnect', { userId: orga.userId, reason })).toEqual(['NOT_FOUND']);
    const peer = await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId });
    expect(await refusals(orga, 'userDisconnect', { userId: peer.userId, reason })).toEqual([
      expect.objectContaining({ code: 'FORBIDDEN_CHANGE', path: ['userId'] }),
    ]);
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    expect(await codes(orga, 'userDisconnect', { userId: support.userId, reason })).toEqual(['NOT_FOUND']);
    for (const bad of ['', ' ', 'two\nlines', 'x'.repeat(101)])
      expect(await refusals(ada, 'userDisconnect', { userId: bob.userId, reason: bad })).toEqual([
        expect.objectContaining({ code: 'INVALID_INPUT', path: ['reason'] }),
      ]);
    const name = crypto.randomUUID();
    await rename(name);
    for (const stream of streams) {
      let company: string;
      do company = ((await stream.event()) as { customer: { company: string } }).customer.company;
      while (company !== name);
    }
    const { user } = await ada.ask('query ($id: ID!) { user(id: $id) { disconnectedAt } }', {
      id: bob.userId,
    });
    expect(user.disconnectedAt).toBeNull();
  });

  test('a disconnected user loses its sockets and event streams on every node, each with the reason, and no other user loses one', async () => {
    const [bob, eve] = [await inAcme('TENANT_ADMIN'), await inAcme('CSR')];
    const { client } = await anApiToken(bob, installation.app.url, ['customers:read']);
    const byToken = client.follow(UPDATED, { after: await bob.now(acme.id) });
    const own = [await running(bob), await running(bob.at(other)), byToken];
    await byToken.event();
    const others = [await running(eve), await running(eve.at(other))];
    const after = await bob.now(acme.id);
    const source = await EventSource.open(other.url, bob.token, { query: UPDATED, variables: { after } });
    await rename('The event stream runs');
    await source.next();
    await disconnect(ada, bob);
    for (const stream of own) expect(await stream.ended()).toEqual(SENT_AWAY('Please sign in again'));
    const { result } = await source.next();
    expect(result?.errors).toMatchObject([
      { extensions: { code: 'DISCONNECTED', params: { reason: 'Please sign in again' } } },
    ]);
    expect((await source.next()).event).toBe('complete');
    await rename('Streams of others run');
    for (const stream of others) {
      let company: string;
      do company = ((await stream.event()) as { customer: { company: string } }).customer.company;
      while (company !== 'Streams of others run');
    }
    // Its session continues: it asks and connects as before, and misses nothing.
    expect(await bob.now(acme.id)).toEqual(expect.any(String));
    await running(bob.at(other));
  });

  test('a disconnection that is repeated with its key has one effect; the audit log has the actor and the reason, for those who may read both', async () => {
    const [bob, agent] = [await inAcme('CSR'), await inAcme('SUPPORT')];
    const key = { idempotencyKey: crypto.randomUUID() };
    await running(bob);
    const first = await disconnect(ada, bob, key);
    const again = await running(bob);
    expect(await disconnect(ada, bob, key)).toEqual(first);
    const change = await ada.ask(ENTRIES, { tenantId: acme.id, id: bob.userId });
    const told = change.auditLog.nodes.filter(
      ({ changes }: { changes: { field: string; after: unknown }[] }) =>
        changes?.some(({ field, after }) => field === 'disconnectReason' && after !== null),
    );
    expect(told).toEqual([
      {
        actorId: ada.userId,
        changes: expect.arrayContaining([{ field: 'disconnectReason', after: 'Please sign in again' }]),
      },
    ]);
    const seen = await agent.run('query ($id: ID!) { user(id: $id) { disconnectReason } }', {
      id: bob.userId,
    });
    expect(seen.data.user.disconnectReason).toBeNull();
    await rename('The repetition ended nothing');
    await again.event();
    await disconnect(ada, bob, { idempotencyKey: crypto.randomUUID() });
    expect(await again.ended()).toEqual(SENT_AWAY('Please sign in again'));
  });

  test('the client package shows the reason and does not come back by itself; a new stream connects again', async () => {
    const bob = await inAcme('CSR');
    const client = await aSignedIn(installation, bob, { url: other.url });
    try {
      const open = (field: string): LiveList<{ readonly id: string; readonly version: number }> => {
        const list = client.liveList<{ readonly id: string; readonly version: number }>(
          `fragment Row on Customer { ${field} }`,
        );
        list.subscribe(() => {});
        return list;
      };
      const list = open('company');
      await until(list, 'in step', ({ status }) => status === 'in-step');
      await disconnect(ada, bob);
      const { error } = await until(list, 'an error', (value) => value.error !== undefined);
      expect(error).toMatchObject({ code: 'DISCONNECTED', message: 'Disconnected: Please sign in again' });
      const offline = await until(client.connection, 'offline', ({ state }) => state === 'offline');
      expect(offline).toMatchObject({ reason: 'Disconnected: Please sign in again' });
      // There is no next attempt.
      expect(offline.retryAt).toBeUndefined();
      await until(open('status'), 'in step again', ({ status }) => status === 'in-step');
      expect(client.connection.get()).toMatchObject({ state: 'in-step' });
    } finally {
      client.close();
    }
  });
}

describe('on one node', () => scenario({ POLL_INTERVAL_MS: '50' }, false));

describeOnPostgres('on two nodes', () => {
  describe('without Redis', () => scenario({ POLL_INTERVAL_MS: '50' }, true));
  describeOnRedis('with Redis', () => scenario(SHARED_REDIS, true));
});
