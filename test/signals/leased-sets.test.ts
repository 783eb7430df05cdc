import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import { PubSub } from 'graphql-subscriptions';
import { openPubSub } from '../../src/changes/pub-sub.ts';
import { Signals } from '../../src/changes/signals.ts';
import { systemClock } from '../../src/core/process/clock.ts';
import { LeasedSets } from '../../src/signals/leased-sets.ts';
import { MemorySetStore } from '../../src/signals/memory-set-store.ts';
import { RedisSetStore } from '../../src/signals/redis-set-store.ts';
import type { SetStore } from '../../src/signals/set-store.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { describeOnRedis, describeWithOwnRedis } from '../support/real-servers.ts';
import { startRedis } from '../support/servers/redis-server.ts';
import { silentLog } from '../support/silent-log.ts';

/** Longer than any delay of a busy machine: nothing ends or is renewed while a test looks. */
const LONG_MS = 600_000;
/** Renewed in time by a living node, and tests wait for its end. */
const SHORT_MS = 4_000;
const PAUSE_MS = 5;

interface Node {
  readonly sets: LeasedSets;
  readonly store: SetStore;
  /** Stops without a word, as a killed process does. */
  readonly die: () => void;
}

type NodeMaker = (leaseMs?: number) => Promise<Node>;

const running: (() => unknown)[] = [];

afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`It never came: ${isSo}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const inOrder = (members: ReadonlyMap<string, string>) => Object.fromEntries([...members].toSorted());

/** Gives what watchers of a set have been told so far. */
function watchedBy({ sets }: Node, set: string): Record<string, string>[] {
  const told: Record<string, string>[] = [];
  const tell = async () => told.push(inOrder(await sets.latest(set)));
  const stop = sets.watch(set, () => void tell());
  running.push(stop);
  void sets.latest(set);
  return told;
}

/** The contract of every store of leased sets, as nodes see it. */
function contract(world: () => NodeMaker): void {
  test('members of all nodes are in the set, each with its latest value, and no others', async () => {
    const aNode = world();
    const [here, there] = [await aNode(), await aNode()];
    here.sets.put('s', 'a', '1');
    here.sets.put('s', 'a', 'two | with | bars');
    there.sets.put('s', 'b', '');
    here.sets.put('other', 'c', '4');
    await there.sets.read('s');
    expect(inOrder(await here.sets.read('s'))).toEqual({ a: 'two | with | bars', b: '' });
    here.sets.remove('s', 'a');
    there.sets.remove('s', 'never there');
    await here.sets.read('s');
    expect(inOrder(await there.sets.read('s'))).toEqual({ b: '' });
  });

  test('the members of a killed node end with its lease; those of a living node stay', async () => {
    const aNode = world();
    const [killed, living] = [await aNode(SHORT_MS), await aNode(SHORT_MS)];
    const told = watchedBy(living, 's');
    for (let n = 0; n < 1_200; n += 1) killed.sets.put('s', `k${n}`, 'x');
    living.sets.put('s', 'b', '2');
    await killed.sets.read('s');
    await until(() => Object.keys(told.at(-1) ?? {}).length === 1_201);
    const since = performance.now();
    killed.die();
    await until(() => Object.keys(told.at(-1) ?? {}).length < 1_201);
    // One change for all of them.
    expect(told.at(-1)).toEqual({ b: '2' });
    // The clock of a busy machine may be late, the lease may not.
    expect(performance.now() - since).toBeGreaterThan(SHORT_MS / 4);
    await living.sets.beat();
    expect(inOrder(await living.sets.read('s'))).toEqual({ b: '2' });
  });

  test('a member that lasts for a time ends by itself, and its watchers learn of it, although its node lives', async () => {
    const aNode = world();
    const [here, there] = [await aNode(), await aNode()];
    const told = watchedBy(there, 's');
    here.sets.put('s', 'typing', 'yes', 400);
    here.sets.put('s', 'stays', 'yes');
    await until(() => told.at(-1)?.typing === 'yes');
    await until(() => told.at(-1)?.typing === undefined);
    expect(told.at(-1)).toEqual({ stays: 'yes' });
    await here.sets.beat();
    expect(inOrder(await there.sets.read('s'))).toEqual({ stays: 'yes' });
  });

  test('a member that is put again before its end lasts on', async () => {
    const node = await world()();
    node.sets.put('s', 'typing', 'yes', 1);
    node.sets.put('s', 'typing', 'yes', LONG_MS);
    node.sets.put('s', 'brief', 'yes', 1);
    await until(async () => !(await node.sets.read('s')).has('brief'));
    expect(inOrder(await node.sets.read('s'))).toEqual({ typing: 'yes' });
  });

  test('watchers learn of the latest members, on every node, and not of each step', async () => {
    const aNode = world();
    const [here, there] = [await aNode(), await aNode()];
    const [told, toldThere] = [watchedBy(here, 's'), watchedBy(there, 's')];
    for (let n = 0; n <= 1_000; n += 1) here.sets.put('s', 'a', String(n));
    await until(() => told.at(-1)?.a === '1000' && toldThere.at(-1)?.a === '1000');
    expect([told.length, toldThere.length].every((count) => count < 20)).toBe(true);
  });

  test('a watcher of one set learns of no other, and of nothing after it stopped', async () => {
    const node = await world()();
    let calls = 0;
    const stop = node.sets.watch('s', () => {
      calls += 1;
    });
    await node.sets.latest('s');
    stop();
    const before = calls;
    node.sets.put('s', 'a', '1');
    const told = watchedBy(node, 'other');
    node.sets.put('other', 'b', '1');
    await until(() => told.at(-1)?.b === '1');
    expect(calls).toBe(before);
  });

  test('however many read a set at a time, the store reads it twice, and each finds what was there when it asked', async () => {
    const node = await world()();
    const { store } = node;
    const readsOfStore: string[] = [];
    const read = store.read.bind(store);
    store.read = (set) => {
      readsOfStore.push(set);
      return read(set);
    };
    node.sets.put('s', 'a', '1');
    const first = node.sets.read('s');
    node.sets.put('s', 'b', '2');
    const others = Array.from({ length: 50 }, () => node.sets.read('s'));
    expect((await first).has('a')).toBe(true);
    for (const other of others) expect(inOrder(await other)).toEqual({ a: '1', b: '2' });
    expect(readsOfStore).toHaveLength(2);
    expect((await node.sets.read('other')).size).toBe(0);
  });

  test('what the store loses is whole again after one beat', async () => {
    const aNode = world();
    const [here, there] = [await aNode(), await aNode()];
    for (let n = 0; n < 1_200; n += 1) here.sets.put('s', `m${n}`, String(n));
    await here.sets.read('s');
    await here.store.remove('s', here.sets.node, ['m7', 'm8']);
    expect((await there.sets.read('s')).size).toBe(1_198);
    await here.sets.beat();
    expect((await there.sets.read('s')).size).toBe(1_200);
  });

  test('a node that stops in order leaves its members for the time in which its clients come back', async () => {
    const aNode = world();
    const [leaving, other] = [await aNode(), await aNode()];
    leaving.sets.put('s', 'a', '1');
    await leaving.sets.stop(300);
    expect(inOrder(await other.sets.read('s'))).toEqual({ a: '1' });
    await until(async () => (await other.sets.read('s')).size === 0);
  });
}

describe('in the process', () =>
  contract(() => {
    const store = new MemorySetStore(systemClock);
    const engine = new PubSub();
    const key = randomBytes(32);
    return async (leaseMs = LONG_MS) => {
      let isDead = false;
      const ofNode = new Proxy(store, {
        get: (all, name: keyof MemorySetStore) => {
          const method = all[name] as (...args: unknown[]) => unknown;
          return (...args: unknown[]) =>
            isDead ? Promise.reject(new Error('dead')) : method.apply(all, args);
        },
      });
      const node = nodeOn(ofNode, new Signals({ engine, key, log: silentLog }), leaseMs);
      const die = () => {
        isDead = true;
      };
      return { ...node, die };
    };
  }));

function nodeOn(store: SetStore, signals: Signals, leaseMs: number): Omit<Node, 'die'> {
  const sets = new LeasedSets({
    store,
    send: (signal) => signals.send(signal),
    listen: (feed, heard) => signals.listen(feed, heard),
    clock: systemClock,
    leaseMs,
    pauseMs: PAUSE_MS,
    log: silentLog,
  });
  running.push(() => sets.stop(1));
  return { sets, store };
}

/** Nodes of one installation on a Redis. */
function nodesOn(url: string, timeoutMs = 60_000): NodeMaker {
  const [prefix, key] = [`lockstep:${crypto.randomUUID().slice(0, 22)}:`, randomBytes(32)];
  return async (leaseMs = LONG_MS) => {
    const pubSub = openPubSub({ url, prefix, timeoutMs, log: silentLog });
    running.push(() => pubSub.close());
    await until(() => pubSub.state() === 'up');
    if (!pubSub.redis) throw new Error('There is no Redis.');
    const signals = new Signals({ engine: pubSub.engine, key, log: silentLog });
    const node = nodeOn(new RedisSetStore(pubSub.redis), signals, leaseMs);
    return { ...node, die: () => void pubSub.close() };
  };
}

describeOnRedis('in Redis', () => contract(() => nodesOn(process.env.TEST_REDIS_URL ?? '')));

describeWithOwnRedis('while Redis misbehaves', () => {
  test.each(['flush', 'restart'] as const)(
    'after a %s every member is back within one beat',
    async (lose) => {
      const redis = await startRedis();
      running.push(() => redis.stop());
      const aNode = nodesOn(redis.url, 100);
      const [here, there] = [await aNode(), await aNode()];
      here.sets.put('s', 'a', '1');
      await until(async () => (await there.sets.read('s')).has('a'));
      await redis[lose]();
      // The state of a connection says that Redis is back; the beat is that of the clock, made by hand.
      await until(async () => {
        await here.sets.beat();
        return (await there.sets.read('s')).has('a');
      });
    },
  );

  test('while Redis is unavailable a node knows its own members, a watcher keeps those of others, and no one ends', async () => {
    const redis = await startRedis();
    running.push(() => redis.stop());
    const aNode = nodesOn(redis.url, 100);
    const [here, there] = [await aNode(), await aNode()];
    there.sets.put('s', 'other', '1');
    const told = watchedBy(here, 's');
    await until(() => told.at(-1)?.other === '1');
    await redis.command('CLIENT', 'PAUSE', '1000000', 'ALL').catch(() => {});
    here.sets.put('s', 'own', '2');
    await until(() => told.at(-1)?.own === '2');
    expect(told.every((members, at) => at === 0 || members.other === '1')).toBe(true);
    expect(inOrder(await here.sets.read('s'))).toEqual({ own: '2' });
  });

  test('nothing is left in Redis of a set without members, and every key is of the installation', async () => {
    const redis = await startRedis();
    running.push(() => redis.stop());
    const node = await nodesOn(redis.url)();
    node.sets.put('s', 'a', '1');
    await node.sets.read('s');
    const keys = (await redis.command('KEYS', '*')) as string[];
    expect(keys.filter((key) => /^lockstep:.{22}:sets:s/.test(key))).toHaveLength(2);
    node.sets.remove('s', 'a');
    await node.sets.read('s');
    const left = (await redis.command('KEYS', '*sets*')) as string[];
    expect(left).toEqual([]);
  });
});
