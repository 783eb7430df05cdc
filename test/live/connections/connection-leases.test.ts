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
async function aNode(url: string | undefined, { leaseMs = LEASE_MS, timeoutMs = 100 } = {}) {
  const pubSub = openPubSub({ url, prefix: PREFIX, timeoutMs, log: silentLog });
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

  test.each([
    ['flushed', () => redis.flush()],
    ['restarted', () => redis.restart()],
  ])('after it was %s, every connection is counted again', async (_what, lose) => {
    const [here, there] = [await aNode(url), await aNode(url)];
    const user = ada();
    expect(await take(here, user, 'a', 'b', 'c')).toEqual([true, true, true]);
    await lose();
    await until(async () => {
      const release = await there.leases.take(user, 'd');
      release?.();
      return release === null;
    });
  });
});
