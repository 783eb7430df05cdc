import { RedisPubSub } from 'graphql-redis-subscriptions';
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../core/process/log.ts';

/** A pub/sub engine and its state. */
export interface PubSubConnection {
  readonly engine: PubSubEngine;
  /** For counters that all nodes share; null without Redis. Fails immediately while Redis is unavailable. */
  readonly redis: Redis | null;
  /** Whether wake-ups travel between nodes; while they do not, nodes find all changes by polling. */
  state(): 'up' | 'down' | 'unused';
  /** Calls back whenever wake-ups may have been missed. */
  onGap(callback: () => void): void;
  close(): Promise<void>;
}

// Publishing and counting must never wait for a Redis that is unavailable. A Redis that stops answering is soon
// considered unavailable, too: until then each command waits for its timeout, and is kept in memory.
const PUBLISHER: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 0 };
/** After this many command timeouts without a byte the connection is closed. */
const TIMEOUTS_PER_SOCKET = 10;
// Subscriptions must resume by themselves as soon as Redis is available again.
const SUBSCRIBER: RedisOptions = { autoResubscribe: true, maxRetriesPerRequest: null };
const RETRY_MS = 250;
const KEEP_ALIVE_MS = 5_000;
const HEARTBEAT_MS = 5_000;

export interface PubSubOptions {
  /** If absent, the engine is in-process, for a single node. */
  readonly url: string | undefined;
  /** The time limit of a command. */
  readonly timeoutMs: number;
  /** The interval at which an idle subscriber sends a ping to Redis. */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

/** Opens the engine: Redis for any number of nodes, or in-process for one. A Redis that is unavailable is no error. */
export function openPubSub({ url, ...options }: PubSubOptions): PubSubConnection {
  return url ? openRedis(url, options) : openInProcess();
}

function openInProcess(): PubSubConnection {
  return { engine: new PubSub(), redis: null, state: () => 'unused', onGap: () => {}, close: async () => {} };
}

function openRedis(
  url: string,
  { timeoutMs, heartbeatMs = HEARTBEAT_MS, log }: Omit<PubSubOptions, 'url'>,
): PubSubConnection {
  const shared: RedisOptions = {
    retryStrategy: () => RETRY_MS,
    keepAlive: KEEP_ALIVE_MS,
    connectionName: 'lockstep',
    disconnectTimeout: 100,
  };
  const timeouts = { commandTimeout: timeoutMs, socketTimeout: TIMEOUTS_PER_SOCKET * timeoutMs };
  const publisher = new Redis(url, { ...shared, ...PUBLISHER, ...timeouts });
  const subscriber = ignoringUnsubscribes(new Redis(url, { ...shared, ...SUBSCRIBER }));
  const isUp = () => subscriber.status === 'ready' && publisher.status === 'ready';
  let isDown = false;
  for (const client of [publisher, subscriber]) {
    // One line per outage, not one per retry or client.
    client.on('error', (error: Error) => {
      if (!isDown) log.warn({ err: error }, 'Redis unavailable: changes arrive by polling');
      isDown = true;
    });
    client.on('ready', () => {
      if (!isDown || !isUp()) return;
      log.info({}, 'Redis available again');
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

/**
 * graphql-redis-subscriptions drops the promises of UNSUBSCRIBE, so one that is pending when the connection closes
 * would be an unhandled rejection.
 */
function ignoringUnsubscribes(subscriber: Redis): Redis {
  for (const name of ['unsubscribe', 'punsubscribe'] as const) {
    const send = subscriber[name].bind(subscriber) as (channel: string) => Promise<unknown>;
    Object.assign(subscriber, { [name]: (channel: string) => send(channel).catch(() => {}) });
  }
  return subscriber;
}

/**
 * Reconnects a subscriber whose server is silent. A client that only listens does not notice that the other host has
 * vanished: the kernel would report it only after minutes.
 */
function reconnectIfSilent(subscriber: Redis, patienceMs: number): void {
  if (subscriber.status !== 'ready') return;
  const giveUp = setTimeout(() => subscriber.disconnect(true), patienceMs).unref();
  subscriber
    .ping()
    .catch(() => {
      // Its connection was lost, and the client is reconnecting.
    })
    .finally(() => clearTimeout(giveUp));
}
