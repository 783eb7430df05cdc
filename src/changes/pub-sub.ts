import { RedisPubSub } from 'graphql-redis-subscriptions';
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../core/log.ts';

/** A pub/sub engine and what the program has to know about it. */
export interface PubSubConnection {
  readonly engine: PubSubEngine;
  /** For what all nodes count together; null without Redis. Refuses at once while Redis is away. */
  readonly redis: Redis | null;
  /** Whether wake-ups flow between nodes; while they do not, the poll carries everything. */
  state(): 'up' | 'down' | 'unused';
  /** Calls back whenever wake-ups may have been missed. */
  onGap(callback: () => void): void;
  close(): Promise<void>;
}

// Publishing and counting must never wait for a Redis that is away. One that has stopped to answer is soon taken for
// away too: until then each command waits its time out, and is kept in memory.
const PUBLISHER: RedisOptions = {
  enableOfflineQueue: false,
  commandTimeout: 100,
  socketTimeout: 1_000,
  maxRetriesPerRequest: 0,
};
// Listening must go on by itself as soon as Redis is back.
const SUBSCRIBER: RedisOptions = { autoResubscribe: true, maxRetriesPerRequest: null };
const RETRY_MS = 250;
const KEEP_ALIVE_MS = 5_000;
const HEARTBEAT_MS = 5_000;

/** Opens the engine: Redis for any number of nodes, or in-process for one. Redis being away is no error. */
export function openPubSub(
  redisUrl: string | undefined,
  log: Log,
  { heartbeatMs = HEARTBEAT_MS }: { readonly heartbeatMs?: number } = {},
): PubSubConnection {
  return redisUrl ? openRedis(redisUrl, log, heartbeatMs) : openInProcess();
}

function openInProcess(): PubSubConnection {
  return { engine: new PubSub(), redis: null, state: () => 'unused', onGap: () => {}, close: async () => {} };
}

function openRedis(url: string, log: Log, heartbeatMs: number): PubSubConnection {
  const shared: RedisOptions = {
    retryStrategy: () => RETRY_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectionName: 'lockstep',
    disconnectTimeout: 100,
  };
  const publisher = new Redis(url, { ...shared, ...PUBLISHER });
  const subscriber = new Redis(url, { ...shared, ...SUBSCRIBER });
  const isUp = () => subscriber.status === 'ready' && publisher.status === 'ready';
  let isDown = false;
  for (const client of [publisher, subscriber]) {
    // One line for each outage, not one for each retry or client.
    client.on('error', (error: Error) => {
      if (!isDown) log.warn({ err: error }, 'Redis is away: changes arrive by polling');
      isDown = true;
    });
    client.on('ready', () => {
      if (!isDown || !isUp()) return;
      log.info({}, 'Redis is back');
      isDown = false;
    });
  }
  const heartbeat = setInterval(() => reconnectIfSilent(subscriber, heartbeatMs), heartbeatMs).unref();
  return {
    engine: new RedisPubSub({ publisher, subscriber }),
    redis: publisher,
    state: () => (isUp() ? 'up' : 'down'),
    onGap: (callback) => {
      subscriber.on('ready', callback);
    },
    close: async () => {
      clearInterval(heartbeat);
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

/** Whoever only listens does not notice that the other host has vanished: the kernel would take minutes to say so. */
function reconnectIfSilent(subscriber: Redis, patienceMs: number): void {
  if (subscriber.status !== 'ready') return;
  const giveUp = setTimeout(() => subscriber.disconnect(true), patienceMs).unref();
  subscriber
    .ping()
    .catch(() => {
      // Its connection was lost, and another one is being made.
    })
    .finally(() => clearTimeout(giveUp));
}
