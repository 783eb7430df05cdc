import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { openPubSub, type PubSubConnection } from '../../src/changes/pub-sub.ts';
import type { Log } from '../../src/core/process/log.ts';
import { describeWithOwnRedis } from '../support/real-servers.ts';
import { type RedisServer, startRedis } from '../support/servers/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/servers/tcp-proxy.ts';
import { silentLog } from '../support/silent-log.ts';

describeWithOwnRedis('pub/sub over Redis', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let pubSub: PubSubConnection;

  beforeAll(async () => {
    redis = await startRedis();
    proxy = await startTcpProxy(Number(new URL(redis.url).port));
  });

  afterEach(() => pubSub.close());

  afterAll(async () => {
    await proxy.stop();
    await redis.stop();
  });

  async function open({ heartbeatMs = 60_000, log = silentLog as Log } = {}): Promise<void> {
    pubSub = openPubSub({
      url: `redis://127.0.0.1:${proxy.port}`,
      prefix: 'lockstep:0123456789abcdefghijkl:',
      timeoutMs: 100,
      heartbeatMs,
      log,
    });
    await reaches('up');
  }

  async function reaches(state: 'up' | 'down'): Promise<void> {
    while (pubSub.state() !== state) await setImmediate();
  }

  test('a client that only listens notices that its host has vanished, and listens again when it is back', async () => {
    await open({ heartbeatMs: 50 });
    const heard: unknown[] = [];
    await pubSub.engine.subscribe('news', (message: unknown) => heard.push(message), {});
    proxy.swallow(true);
    await reaches('down');
    proxy.swallow(false);
    await reaches('up');
    while (heard.length === 0) {
      await pubSub.engine.publish('news', 'back').catch(() => {});
      await setImmediate();
    }
    expect(heard[0]).toBe('back');
  });

  test('a subscription that the end of the connection cuts off is refused to its caller, and to no one else', async () => {
    await open();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    proxy.swallow(true);
    const subscribed = pubSub.engine.subscribe('channel', () => {}, {});
    await pubSub.close();
    await expect(subscribed).rejects.toThrow();
    await setImmediate();
    process.off('unhandledRejection', note);
    proxy.swallow(false);
    expect(unhandled).toEqual([]);
  });

  test('each outage is logged as one warning, also for the connection that publishes', async () => {
    const said: string[] = [];
    const say = (_fields: object, message: string) => {
      said.push(message);
    };
    await open({ log: { ...silentLog, warn: say, info: say } });
    for (let outage = 0; outage < 2; outage += 1) {
      pubSub.redis?.stream.destroy(new Error('broken'));
      await reaches('down');
      await reaches('up');
    }
    const [away, back] = ['Redis unavailable: changes arrive by polling', 'Redis available again'];
    expect(said).toEqual([away, back, away, back]);
  });
});
