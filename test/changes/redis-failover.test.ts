import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openPubSub, type PubSubConnection } from '../../src/changes/pub-sub.ts';
import { rateLimiter } from '../../src/lib/rate-limiter.ts';
import { describeWithOwnRedis } from '../support/real-servers.ts';
import { type RedisServer, startRedis } from '../support/servers/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcp-proxy.ts';
import { silentLog } from '../support/silent-log.ts';

type Command = [name: string, ...args: string[]];

const PREFIX = 'lockstep:0123456789abcdefghijkl:';
const [DOWN, UP] = ['Redis unavailable: changes arrive by polling', 'Redis available again'];

describeWithOwnRedis('a Redis that answers and cannot do its work', () => {
  let first: RedisServer;
  let second: RedisServer;
  let address: TcpProxy;
  let pubSub: PubSubConnection;
  let said: string[];

  beforeAll(async () => {
    [first, second] = [await startRedis(), await startRedis()];
    address = await startTcpProxy(portOf(first));
  });

  beforeEach(async () => {
    said = [];
    const say = (_fields: object, message: string) => {
      said.push(message);
    };
    pubSub = openPubSub({
      url: `redis://127.0.0.1:${address.port}`,
      prefix: PREFIX,
      timeoutMs: 60_000,
      heartbeatMs: 50,
      log: { ...silentLog, warn: say, info: say },
    });
    await reaches('up');
  });

  afterEach(() => pubSub.close());

  afterAll(async () => {
    await address.stop();
    await Promise.all([first.stop(), second.stop()]);
  });

  async function reaches(state: 'up' | 'down'): Promise<void> {
    while (pubSub.state() !== state) await setImmediate();
  }

  /** Where the machine is busy, an answer may be late: the node says the pair once more, and nothing else. */
  function expectEachChangeOnce(): void {
    expect(said.length).toBeGreaterThan(0);
    expect(said).toEqual(Array.from({ length: said.length / 2 }, () => [DOWN, UP]).flat());
  }

  /** Counts one use of a limit of two over all nodes. */
  function aLimit(keyPrefix: string): () => Promise<boolean> {
    const limiter = rateLimiter({ keyPrefix, points: 2, duration: 60 }, pubSub.redis);
    return () =>
      limiter.consume('ada').then(
        () => true,
        () => false,
      );
  }

  test('19: after a failover a node leaves the demoted primary, although its connections stay, counts on the new one and listens there', async () => {
    await second.follow(first);
    const use = aLimit('failover');
    const heard: unknown[] = [];
    await pubSub.engine.subscribe('news', (message: unknown) => heard.push(message), {});

    await second.promote();
    await first.follow(second);
    address.redirect(portOf(second));
    await reaches('down');
    await reaches('up');

    expect([await use(), await use(), await use()]).toEqual([true, true, false]);
    expect(await second.command('GET', `${PREFIX}failover:ada`)).toBe('3');
    const listened = async () => String(await second.command('PUBSUB', 'CHANNELS', `${PREFIX}news`));
    // The connection that listens may come after the one that counts.
    while ((await listened()) !== `${PREFIX}news`) await setImmediate();
    await pubSub.engine.publish('news', 'after the failover');
    while (heard.length === 0) await setImmediate();
    expect(heard).toEqual(['after the failover']);
    expectEachChangeOnce();

    await first.promote();
    address.redirect(portOf(first));
  });

  test('19: a node whose publisher alone lost its connection in a failover listens on the new primary, too', async () => {
    await second.follow(first);
    await pubSub.engine.subscribe('news', () => {}, {});

    await second.promote();
    address.redirect(portOf(second));
    await first.command('CLIENT', 'KILL', 'TYPE', 'normal');
    await first.follow(second);
    await reaches('up');
    const channel = `${PREFIX}news`;
    while (String(await second.command('PUBSUB', 'CHANNELS', channel)) !== channel) await setImmediate();

    expect(String(await first.command('PUBSUB', 'CHANNELS', channel))).toBe('');
    await first.promote();
    address.redirect(portOf(first));
  });

  const refusals: Record<string, { begin: Command; end: Command }> = {
    'is a replica': { begin: ['REPLICAOF', '127.0.0.1', '1'], end: ['REPLICAOF', 'NO', 'ONE'] },
    'has no memory left': {
      begin: ['CONFIG', 'SET', 'maxmemory', '1'],
      end: ['CONFIG', 'SET', 'maxmemory', '0'],
    },
    'permits no scripts': {
      begin: ['ACL', 'SETUSER', 'default', '-evalsha', '-eval'],
      end: ['ACL', 'SETUSER', 'default', '+@all'],
    },
    'lacks the replicas that a write needs': {
      begin: ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      end: ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
    },
  };

  test.each(Object.entries(refusals))(
    '19: while Redis %s it is down, the node counts by itself, and each change of state is one line',
    async (_what, { begin, end }) => {
      await first.command(...begin);
      await reaches('down');
      const use = aLimit(`alone ${begin.join(' ')}`);
      const used = [await use(), await use(), await use()];
      await first.command(...end);
      await reaches('up');

      expect(used).toEqual([true, true, false]);
      expectEachChangeOnce();
    },
  );

  test('a Redis that permits no messages is down, and each change of state is one line', async () => {
    await first.command('ACL', 'SETUSER', 'default', 'resetchannels');
    await reaches('down');
    await first.command('ACL', 'SETUSER', 'default', 'allchannels');
    await reaches('up');
    expectEachChangeOnce();
  });
});

function portOf({ url }: RedisServer): number {
  return Number(new URL(url).port);
}
