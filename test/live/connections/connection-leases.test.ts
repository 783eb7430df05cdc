import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { openPubSub } from '../../../src/changes/pub-sub.ts';
import { ConnectionLeases } from '../../../src/live/connections/connection-leases.ts';
import { describeOnRedis, describeWithOwnRedis } from '../../support/real-servers.ts';
import { type RedisServer, startRedis } from '../../support/servers/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../../support/servers/tcp-proxy.ts';
import { silentLog } from '../../support/silent-log.ts';

const LIMIT = 3;
const PREFIX = 'lockstep:0123456789abcdefghijkl:';
/** Short: a living node renews it soon, and tests wait for its end. */
const LEASE_MS = 2_000;
/** Longer than any delay of a busy machine, and no test waits for its end. */
const LONG_LEASE_MS = 60_000;
/** Renewed in time even if the machine stops for seconds, and one test waits for its end. */
const MIDDLE_LEASE_MS = 9_000;

const running: (() => void)[] = [];

afterEach(() => {
  for (const stop of running.splice(0)) stop();
});

/** The connections of one node; `die` stops it without releasing anything, as a killed process does. */
async function aNode(url: string | undefined, { leaseMs = LEASE_MS, timeoutMs = 100, prefix = PREFIX } = {}) {
  const pubSub = openPubSub({ url, prefix, timeoutMs, log: silentLog });
  if (url) await until(() => pubSub.state() === 'up');
  const leases = new ConnectionLeases({ limit: LIMIT, redis: pubSub.redis, log: silentLog, leaseMs });
  const die = () => {
    leases.stop();
    void pubSub.close();
  };
  running.push(die);
  return { leases, die, state: () => pubSub.state() };
}

/** Waits until the condition holds. */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setImmediate(resolve));
}

/** Takes leases for connections of these names, and returns which were granted. */
async function take({ leases }: { leases: ConnectionLeases }, userId: string, ...names: string[]) {
  return Promise.all(names.map(async (name) => (await leases.take(userId, `${userId}-${name}`)) !== null));
}

/** The prefix of an installation of its own, whose connections are only those of the test. */
const aPrefix = () => `lockstep:${crypto.randomUUID().slice(0, 22)}:`;

const ada = () => `ada-${crypto.randomUUID()}`;

test('on a single node, a connection beyond the limit is refused, also if all open at the same moment, and another user has its own limit', async () => {
  const node = await aNode(undefined);
  expect(await take(node, 'ada', 'a', 'b', 'c', 'd')).toEqual([true, true, true, false]);
  expect(await take(node, 'bob', 'a')).toEqual([true]);
});

test('a connection that takes a second lease counts once, until it has released both', async () => {
  const { leases } = await aNode(undefined);
  const [first] = [
    await leases.take('ada', 'a'),
    await leases.take('ada', 'b'),
    await leases.take('ada', 'c'),
  ];
  const again = await leases.take('ada', 'a');
  first?.();
  expect(await leases.take('ada', 'd')).toBeNull();
  again?.();
  expect(await leases.take('ada', 'd')).not.toBeNull();
});

test('a single node counts the connections of all its users: not those that it refused, and one that is prolonged once', async () => {
  const node = await aNode(undefined);
  expect(await node.leases.count()).toBe(0);
  await take(node, 'ada', 'a', 'b', 'c', 'refused');
  const release = await node.leases.take('bob', 'a');
  const again = await node.leases.take('bob', 'a');
  expect(await node.leases.count()).toBe(LIMIT + 1);
  release?.();
  expect(await node.leases.count()).toBe(LIMIT + 1);
  again?.();
  expect(await node.leases.count()).toBe(LIMIT);
});

describeOnRedis('over several nodes', () => {
  const url = process.env.TEST_REDIS_URL;
  // A node that gets no answer from Redis in time counts by itself, and a busy machine may delay both for seconds.
  const timeoutMs = 60_000;

  test('connections that open on two nodes at the same moment do not exceed the limit', async () => {
    const [here, there] = [
      await aNode(url, { leaseMs: LONG_LEASE_MS, timeoutMs }),
      await aNode(url, { leaseMs: LONG_LEASE_MS, timeoutMs }),
    ];
    const user = ada();
    const given = await Promise.all([take(here, user, 'a', 'b', 'c'), take(there, user, 'd', 'e', 'f')]);
    expect(given.flat().filter(Boolean)).toHaveLength(LIMIT);
  });

  test('the connections of a killed node stop counting after a lease; those of other nodes still count', async () => {
    const node = () => aNode(url, { leaseMs: MIDDLE_LEASE_MS, timeoutMs });
    const [killed, other, third] = [await node(), await node(), await node()];
    const user = ada();
    expect(await take(other, user, 'a')).toEqual([true]);
    expect(await take(killed, user, 'b', 'c')).toEqual([true, true]);
    expect(await take(other, user, 'd')).toEqual([false]);
    killed.die();
    // The leases of the killed node end one by one, each at its time.
    for (const name of ['d', 'e']) await until(async () => (await take(other, user, name))[0] === true);
    expect(await take(third, user, 'f')).toEqual([false]);
  });

  test('each node counts the connections of all users on all nodes: not those that were refused, and one that is prolonged once', async () => {
    const options = { leaseMs: LONG_LEASE_MS, timeoutMs, prefix: aPrefix() };
    const [here, there] = [await aNode(url, options), await aNode(url, options)];
    const counts = () => Promise.all([here, there].map(({ leases }) => leases.count()));
    expect(await counts()).toEqual([0, 0]);
    await take(here, 'ada', 'a', 'b');
    expect(await take(there, 'ada', 'c', 'refused')).toEqual([true, false]);
    const release = await there.leases.take('bob', 'a');
    const again = await there.leases.take('bob', 'a');
    expect(await counts()).toEqual([LIMIT + 1, LIMIT + 1]);
    release?.();
    // A node is answered in the order of its requests, and what Redis has told one node it tells the other.
    expect([await there.leases.count(), await here.leases.count()]).toEqual([LIMIT + 1, LIMIT + 1]);
    again?.();
    expect([await there.leases.count(), await here.leases.count()]).toEqual([LIMIT, LIMIT]);
  });

  test('the connections of a killed node leave the count of all after a lease; those of other nodes stay', async () => {
    const prefix = aPrefix();
    const node = () => aNode(url, { leaseMs: MIDDLE_LEASE_MS, timeoutMs, prefix });
    const [killed, other] = [await node(), await node()];
    await take(other, 'ada', 'a');
    await take(killed, 'bob', 'b', 'c');
    expect(await other.leases.count()).toBe(3);
    killed.die();
    await until(async () => (await other.leases.count()) < 3);
    await until(async () => (await other.leases.count()) < 2);
    expect(await other.leases.count()).toBe(1);
  });

  test('a lease that has ended does not count, and Redis does not keep it after the next connection', async () => {
    const prefix = aPrefix();
    const node = await aNode(url, { leaseMs: LONG_LEASE_MS, timeoutMs, prefix });
    const redis = new Redis(url ?? '');
    running.push(() => redis.disconnect());
    await take(node, 'ada', 'a');
    await redis.zadd(`${prefix}connections`, Date.UTC(2020), 'long gone');
    expect(await node.leases.count()).toBe(1);
    await take(node, 'bob', 'b');
    expect(await redis.zcard(`${prefix}connections`)).toBe(2);
  });

  test('Redis keeps nothing of all users when none has a connection', async () => {
    const prefix = aPrefix();
    const node = await aNode(url, { leaseMs: LONG_LEASE_MS, timeoutMs, prefix });
    const releases = [await node.leases.take('ada', 'a'), await node.leases.take('bob', 'b')];
    const redis = new Redis(url ?? '');
    running.push(() => redis.disconnect());
    expect(await redis.zcard(`${prefix}connections`)).toBe(2);
    for (const release of releases) release?.();
    expect(await node.leases.count()).toBe(0);
    expect(await redis.keys(`${prefix}connections*`)).toEqual([]);
  });

  test('Redis keeps nothing of a user without connections', async () => {
    const node = await aNode(url, { leaseMs: LONG_LEASE_MS, timeoutMs });
    const user = ada();
    const releases = [await node.leases.take(user, 'a'), await node.leases.take(user, 'b')];
    const redis = new Redis(url ?? '');
    running.push(() => redis.disconnect());
    const counted = await redis.zcard(`${PREFIX}connections:${user}`);
    for (const release of releases) release?.();
    await until(async () => (await redis.exists(`${PREFIX}connections:${user}`)) === 0);
    expect(counted).toBe(2);
  });
});

describeWithOwnRedis('while Redis misbehaves', () => {
  let redis: RedisServer;
  let wire: TcpProxy;
  let url: string;

  beforeAll(async () => {
    redis = await startRedis();
    wire = await startTcpProxy(Number(new URL(redis.url).port));
    url = `redis://127.0.0.1:${wire.port}`;
  });

  afterAll(async () => {
    await wire.stop();
    await redis.stop();
  });

  test('a Redis that never answers refuses no connection; each node counts its own', async () => {
    const [here, there] = [await aNode(url), await aNode(url)];
    const user = ada();
    wire.swallow(true);
    expect(await take(here, user, 'a', 'b', 'c', 'd')).toEqual([true, true, true, false]);
    expect(await take(there, user, 'e')).toEqual([true]);
    // After a moment Redis counts as unavailable, and no connection waits for it any more.
    await until(async () => (await take(here, ada(), 'a')) && here.state() === 'down');
    wire.swallow(false);
  });

  test('while Redis never answers, each node counts its own connections, and those of all nodes when it answers again', async () => {
    const prefix = aPrefix();
    const [here, there] = [await aNode(url, { prefix }), await aNode(url, { prefix })];
    const counts = () => Promise.all([here, there].map(({ leases }) => leases.count()));
    await take(here, 'ada', 'a', 'b');
    await take(there, 'bob', 'a');
    // A node that Redis answered too late counted alone, until it renewed its leases.
    await until(async () => (await counts()).every((count) => count === 3));
    wire.swallow(true);
    expect(await counts()).toEqual([2, 1]);
    await until(() => here.state() === 'down');
    expect(await take(here, 'ada', 'c')).toEqual([true]);
    expect(await here.leases.count()).toBe(3);
    wire.swallow(false);
    await until(async () => (await counts()).every((count) => count === 4));
  });

  test.each([
    ['flushed', () => redis.flush()],
    ['restarted', () => redis.restart()],
  ])('after it was %s, every connection is counted again', async (_what, lose) => {
    const prefix = aPrefix();
    const [here, there] = [await aNode(url, { prefix }), await aNode(url, { prefix })];
    const user = ada();
    expect(await take(here, user, 'a', 'b', 'c')).toEqual([true, true, true]);
    await lose();
    await until(async () => {
      const release = await there.leases.take(user, 'd');
      release?.();
      return release === null;
    });
    await until(async () => (await there.leases.count()) === LIMIT);
  });
});
