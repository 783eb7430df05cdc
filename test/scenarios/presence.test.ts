import { afterAll, describe, expect, test } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Installation, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import type { Stream } from '../support/stream.ts';

const PRESENCE =
  'query ($tenantId: ID) { presence(tenantId: $tenantId) { totalCount users { userId status } } }';
const CHANGED = `subscription ($tenantId: ID, $userIds: [ID!]) {
  presenceChanged(tenantId: $tenantId, userIds: $userIds) { changes { userId status user { name } } } }`;
/** Keeps a socket open and brings nothing. */
const QUIET = 'subscription { customerDeleted { __typename } }';
const STATS = `query ($tenantId: ID) { connectionStats(tenantId: $tenantId) {
  total byRole { role count } byTopic { topic count } } }`;
const STATS_CHANGED = 'subscription { connectionStatsChanged { total byRole { role count } } }';
const SET =
  'mutation ($input: PresenceSetInput!) { presenceSet(input: $input) { userErrors { code message } } }';

/** No client comes back so late, and no test waits for it. */
const LONG_GRACE = '600000';

interface Change {
  readonly userId: string;
  readonly status: string;
}

/** The presence that a subscription has brought, step by step. */
class Told {
  readonly steps: Change[] = [];
  readonly #stream: Stream;

  constructor(follower: Person, variables: Record<string, unknown> = {}) {
    this.#stream = follower.follow(CHANGED, variables);
  }

  /** Reads on until a user has a status. */
  async until({ userId }: TestUser, status: string): Promise<void> {
    while (this.of({ userId }).at(-1) !== status) {
      const { changes } = (await this.#stream.event()) as { changes: Change[] };
      this.steps.push(...changes);
    }
  }

  of({ userId }: Pick<TestUser, 'userId'>): string[] {
    return this.steps.filter((step) => step.userId === userId).map(({ status }) => status);
  }

  get stream(): Stream {
    return this.#stream;
  }
}

const redis = process.env.TEST_REDIS_URL ? SHARED_REDIS : {};
const brief = await Installation.start({ ...redis, PRESENCE_GRACE_MS: '1' });
afterAll(() => brief.stop());
const acme = await brief.aTenant('Acme');
const inAcme = (role: string, more = {}) => brief.aUser(role, { tenantId: acme.id, ...more });
const ada = await inAcme('TENANT_ADMIN');

const statusOf = async (asker: Person, { userId }: TestUser) => {
  const { presence } = await asker.ask(PRESENCE, { tenantId: acme.id });
  return presence.users.find((one: Change) => one.userId === userId)?.status ?? 'OFFLINE';
};

test('a user is online from its first connection to the end of its last: closing one of three tabs tells no one', async () => {
  const bob = await inAcme('CSR');
  const told = new Told(ada);
  const tabs = [bob.follow(QUIET), bob.follow(QUIET), bob.follow(QUIET)];
  await told.until(bob, 'ONLINE');
  tabs[0]?.cut();
  await tabs[1]?.close();
  const eve = await inAcme('CSR');
  const other = eve.follow(QUIET);
  await told.until(eve, 'ONLINE');
  expect(told.of(bob)).toEqual(['ONLINE']);
  expect(await statusOf(ada, bob)).toBe('ONLINE');
  tabs[2]?.cut();
  await told.until(bob, 'OFFLINE');
  await other.close();
  expect(told.of(bob)).toEqual(['ONLINE', 'OFFLINE']);
  expect(await statusOf(ada, bob)).toBe('OFFLINE');
});

test('a user counts as AWAY when no one is before any of its devices, and ONLINE → AWAY is one change', async () => {
  const bob = await inAcme('CSR');
  const told = new Told(ada, { userIds: [bob.userId] });
  bob.follow(QUIET);
  await told.until(bob, 'ONLINE');
  await bob.ask(SET, { input: { isAway: true } });
  await told.until(bob, 'AWAY');
  await bob.ask(SET, { input: { isAway: false } });
  await told.until(bob, 'ONLINE');
  expect(told.of(bob)).toEqual(['ONLINE', 'AWAY', 'ONLINE']);
});

test('X: who is invisible looks exactly like one who is offline, for all but itself, also after its next connection', async () => {
  const [bob, eve] = [await inAcme('CSR'), await inAcme('TENANT_ADMIN')];
  await bob.ask(SET, { input: { isInvisible: true } });
  const told = new Told(ada, { userIds: [bob.userId, eve.userId] });
  const own = new Told(bob);
  await own.until(bob, 'INVISIBLE');
  eve.follow(QUIET);
  await told.until(eve, 'ONLINE');
  expect(told.of(bob)).toEqual([]);
  expect([await statusOf(ada, bob), await statusOf(bob, bob)]).toEqual(['OFFLINE', 'INVISIBLE']);
  await bob.ask(SET, { input: { isInvisible: false } });
  await told.until(bob, 'ONLINE');
  await bob.ask(SET, { input: { isInvisible: true } });
  await told.until(bob, 'OFFLINE');
});

test('X: who sees whom follows the visibility of users: members of a customer see each other, others and other tenants no one', async () => {
  const [alder, birch] = [await brief.aCustomer(acme.id), await brief.aCustomer(acme.id, 'Birch')];
  const [owner, manager] = [
    await inAcme('OWNER', { customerId: alder }),
    await inAcme('MANAGER', { customerId: alder }),
  ];
  const [stranger, resident] = [
    await inAcme('OWNER', { customerId: birch }),
    await inAcme('RESIDENT', { customerId: alder }),
  ];
  const globex = await brief.aTenant('Globex');
  const mallory = await brief.aUser('TENANT_ADMIN', { tenantId: globex.id });
  const refused = await mallory.run(PRESENCE, { tenantId: acme.id });
  expect(refused.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  const [{ errors }] = [await mallory.follow(CHANGED, { tenantId: acme.id }).next()];
  expect(errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
  const followers = [owner, stranger, resident, mallory].map((person) => new Told(person));
  const [ofOwner, ofStranger, ofResident, ofMallory] = followers as [Told, Told, Told, Told];
  await ofStranger.until(stranger, 'ONLINE');
  await ofMallory.until(mallory, 'ONLINE');
  await ofResident.until(resident, 'ONLINE');
  manager.follow(QUIET);
  await ofOwner.until(manager, 'ONLINE');
  const staff = new Told(ada);
  await staff.until(manager, 'ONLINE');
  for (const [told, self] of [
    [ofStranger, stranger],
    [ofResident, resident],
    [ofMallory, mallory],
  ] as const)
    expect(new Set(told.steps.map(({ userId }) => userId))).toEqual(new Set([self.userId]));
  const seen = new Set(ofOwner.steps.map(({ userId }) => userId));
  expect([...seen].filter((id) => ![owner, manager, resident].some(({ userId }) => userId === id))).toEqual(
    [],
  );
});

test('X: a viewer that loses the right to see others receives that they are offline, and no change after it', async () => {
  const [bob, eve] = [await inAcme('CSR'), await inAcme('TENANT_ADMIN')];
  bob.follow(QUIET);
  const told = new Told(eve);
  await told.until(bob, 'ONLINE');
  await brief.root.ask('mutation ($id: ID!) { userRoleSet(id: $id, role: CSR) { userErrors { message } } }', {
    id: eve.userId,
  });
  await told.until(bob, 'OFFLINE');
  await bob.ask(SET, { input: { isAway: true } });
  expect(await statusOf(ada, bob)).not.toBe('OFFLINE');
  expect(told.of(bob)).toEqual(['ONLINE', 'OFFLINE']);
});

test('a user that may no longer act is offline at the next look, whatever the grace time', async () => {
  const slow = await Installation.start({ PRESENCE_GRACE_MS: LONG_GRACE });
  try {
    const { id: tenantId } = await slow.aTenant('Slow');
    const [admin, bob] = [
      await slow.aUser('TENANT_ADMIN', { tenantId }),
      await slow.aUser('CSR', { tenantId }),
    ];
    const told = new Told(admin);
    bob.follow(QUIET);
    await told.until(bob, 'ONLINE');
    await mutate(admin, 'userUpdate', { id: bob.userId, input: { isActive: false } });
    await told.until(bob, 'OFFLINE');
  } finally {
    await slow.stop();
  }
});

test('a bad argument or input is refused with the field and the fix, and nothing is set', async () => {
  const userIds = Array.from({ length: 501 }, () => crypto.randomUUID());
  const { errors } = await ada.run(`query ($userIds: [ID!]) { presence(userIds: $userIds) { totalCount } }`, {
    userIds,
  });
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('at most 500'),
    extensions: { code: 'BAD_USER_INPUT', params: { argument: 'userIds', max: 500 } },
  });
  expect((await brief.stranger().run(PRESENCE)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('X: looks at presence and connections count as large as they are, so a query asks for a few of them only', async () => {
  const many = (field: string) =>
    `{ ${Array.from({ length: 11 }, (_, at) => `a${at}: ${field}`).join(' ')} }`;
  for (const query of [
    many('presence { totalCount }'),
    many('connectionStats { total }'),
    '{ a: connections { topics { topic } } b: connections { topics { topic } } }',
    '{ a: presence { users { user { id } } } b: presence { users { user { id } } } c: presence { users { user { id } } } d: presence { users { user { id } } } }',
  ])
    expect((await ada.run(query)).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  await ada.ask('{ presence { users { user { id } } totalCount } connections { topics { topic } } }');
});

describe('connections', () => {
  test('X: only staff who operate a level count and list its connections', async () => {
    const customerId = await brief.aCustomer(acme.id, 'Dogwood');
    for (const person of [await inAcme('CSR'), await inAcme('OWNER', { customerId })]) {
      expect((await person.run(STATS)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      const list = await person.run('{ connections { id } }');
      expect(list.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      expect((await person.follow(STATS_CHANGED).next()).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
  });

  test('the counts are those of the open connections: by role they add up to the total, and each subscription is one of its topic', async () => {
    const { id: tenantId } = await brief.aTenant('Counted');
    const [admin, bob] = [
      await brief.aUser('TENANT_ADMIN', { tenantId }),
      await brief.aUser('CSR', { tenantId }),
    ];
    const counted = admin.follow(STATS_CHANGED);
    const open = [bob.follow(QUIET), bob.follow(QUIET)];
    const untilTotal = async (total: number) => {
      for (;;) {
        const event = (await counted.event()) as { total: number };
        if (event.total === total) return event;
      }
    };
    expect(await untilTotal(3)).toEqual({
      total: 3,
      byRole: [
        { role: 'CSR', count: 2 },
        { role: 'TENANT_ADMIN', count: 1 },
      ],
    });
    const { connectionStats } = await admin.ask(STATS);
    expect(connectionStats.byTopic).toEqual([
      { topic: 'connectionStatsChanged', count: 1 },
      { topic: 'customerDeleted', count: 2 },
    ]);
    const { connections } = await admin.ask('{ connections { userId role topics { topic } isProgram } }');
    expect(connections.filter(({ userId }: Change) => userId === bob.userId)).toEqual(
      Array.from({ length: 2 }, () => ({
        ...{ userId: bob.userId, role: 'CSR', isProgram: false },
        topics: [{ topic: 'customerDeleted' }],
      })),
    );
    open[0]?.cut();
    await untilTotal(2);
    await open[1]?.close();
    await untilTotal(1);
  });
});

describeOnPostgres('on two nodes', () => {
  describeOnRedis('with Redis', () => {
    test('500 sockets that move to another node within the grace time tell no one, and are counted once there', async () => {
      const settings = { ...SHARED_REDIS, PRESENCE_GRACE_MS: LONG_GRACE, WS_MAX_SOCKETS_PER_USER: '1000' };
      const patient = await Installation.start(settings);
      try {
        const node = await patient.anotherNode(settings);
        await Promise.all([patient.app, node].map(untilRedisIsUp));
        const { id: tenantId } = await patient.aTenant('Storm');
        const [admin, bob, eve] = [
          await patient.aUser('TENANT_ADMIN', { tenantId }),
          await patient.aUser('CSR', { tenantId }),
          await patient.aUser('CSR', { tenantId }),
        ];
        const told = new Told(admin);
        const leave = await sockets(bob, 500);
        await told.until(bob, 'ONLINE');
        leave();
        const count = async (at: Person) => (await at.ask(STATS)).connectionStats.total;
        while ((await count(admin)) !== 1);
        const again = await sockets(bob.at(node), 500);
        while ((await count(admin)) !== 501);
        expect(await count(admin.at(node))).toBe(501);
        eve.at(node).follow(QUIET);
        await told.until(eve, 'ONLINE');
        expect(told.of(bob)).toEqual(['ONLINE']);
        again();
      } finally {
        await patient.stop();
      }
    });

    test('after kill -9 of a node with 500 sockets all of their users are offline within a lease, each told once, and those of other nodes stay', async () => {
      const settings = { ...SHARED_REDIS, PRESENCE_LEASE_MS: '8000', PRESENCE_GRACE_MS: LONG_GRACE };
      const patient = { WS_INIT_TIMEOUT_MS: '60000', QUERY_TIMEOUT_MS: '60000' };
      const more = { ...settings, ...patient, WS_MAX_SOCKETS_PER_USER: '1000' };
      const living = await Installation.start(more);
      const programs = new Programs(living.app.config.dataDir);
      try {
        const { databaseUrl = '', jwtSecret = '' } = living.app.config;
        await untilRedisIsUp(living.app);
        const doomed = programs.start({ ...more, DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret });
        const node = { url: (await listening(doomed)).replace(/\/$/, '') };
        const { id: tenantId } = await living.aTenant('Doomed');
        const aUser = (role: string) => living.aUser(role, { tenantId });
        const [admin, stays] = [await aUser('TENANT_ADMIN'), await aUser('CSR')];
        const users = [await aUser('CSR'), await aUser('CSR'), await aUser('CSR'), await aUser('CSR')];
        const told = new Told(admin);
        stays.follow(QUIET);
        await told.until(stays, 'ONLINE');
        for (const user of Array.from({ length: 5 }, () => users).flat()) await sockets(user.at(node), 25);
        // One of them is connected to the living node, too.
        const [both] = users as [TestUser];
        both.follow(QUIET);
        for (const user of users) await told.until(user, 'ONLINE');
        while ((await admin.ask(STATS)).connectionStats.total !== 503);
        await killed(doomed);
        for (const user of users.slice(1)) await told.until(user, 'OFFLINE');
        expect(users.slice(1).map((user) => told.of(user))).toEqual(
          Array.from({ length: 3 }, () => ['ONLINE', 'OFFLINE']),
        );
        expect([told.of(both), told.of(stays)]).toEqual([['ONLINE'], ['ONLINE']]);
        expect((await admin.ask(STATS)).connectionStats).toMatchObject({
          total: 3,
          byRole: [
            { role: 'CSR', count: 2 },
            { role: 'TENANT_ADMIN', count: 1 },
          ],
        });
      } finally {
        await programs.killAll();
        await living.stop();
      }
    });
  });
});

/** Opens sockets of a user; the returned function cuts them. */
async function sockets(person: Person, count: number): Promise<() => void> {
  const clients = await Promise.all(
    Array.from({ length: count }, async () => {
      const client = createClient({
        url: `${person.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${person.token}` },
        lazy: false,
        retryAttempts: 0,
        onNonLazyError: () => {},
      });
      await new Promise<void>((resolve, reject) => {
        client.on('connected', () => resolve());
        client.on('closed', (event) => reject(new Error(`closed: ${(event as { code: number }).code}`)));
      });
      return client;
    }),
  );
  return () => {
    for (const client of clients) client.terminate();
  };
}
