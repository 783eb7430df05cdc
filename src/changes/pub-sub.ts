import { RedisPubSub } from 'graphql-redis-subscriptions';
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import type { Redis } from 'ioredis';
import type { Log } from '../core/process/log.ts';
import { RedisConnections } from './redis-connections.ts';

/** A pub/sub engine and its state. */
export interface PubSubConnection {
  readonly engine: PubSubEngine;
  /**
   * For counters that all nodes share; null without Redis. Its keys get the installation's prefix. Fails immediately
   * while Redis is unavailable.
   */
  readonly redis: Redis | null;
  /** Whether wake-ups travel between nodes; while they do not, nodes find all changes by polling. */
  state(): 'up' | 'down' | 'unused';
  /** Calls back whenever wake-ups may have been missed. */
  onGap(callback: () => void): void;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 5_000;

export interface PubSubOptions {
  /** If absent, the engine is in-process, for a single node. */
  readonly url: string | undefined;
  /** The beginning of every key and channel of the installation. */
  readonly prefix: string;
  /** The time limit of a command. */
  readonly timeoutMs: number;
  /** The interval at which the connections are checked. */
  readonly heartbeatMs?: number;
  readonly log: Log;
}

/** Opens the engine: Redis for any number of nodes, or in-process for one. A Redis that is unavailable is no error. */
export function openPubSub({ url, heartbeatMs = HEARTBEAT_MS, ...options }: PubSubOptions): PubSubConnection {
  if (!url) return openInProcess();
  const connections = new RedisConnections({ url, heartbeatMs, ...options });
  const { publisher, subscriber } = connections;
  return {
    engine: new PrefixedPubSub(options.prefix, publisher, ignoringUnsubscribes(subscriber)),
    redis: publisher,
    state: () => (connections.isUp ? 'up' : 'down'),
    onGap: (callback) => {
      subscriber.on('ready', callback);
    },
    close: async () => connections.close(),
  };
}

function openInProcess(): PubSubConnection {
  return { engine: new PubSub(), redis: null, state: () => 'unused', onGap: () => {}, close: async () => {} };
}

/** The subscriptions of the library that Redis has not confirmed yet. */
interface PendingSubscriptions {
  readonly subsPendingRefsMap: ReadonlyMap<string, { readonly pending: PromiseLike<unknown> }>;
}

function NOTHING(): void {}

/** Pub/sub on the channels of one installation. */
class PrefixedPubSub extends RedisPubSub {
  readonly #prefix: string;

  constructor(prefix: string, publisher: Redis, subscriber: Redis) {
    super({ publisher, subscriber });
    this.#prefix = prefix;
  }

  override publish(channel: string, payload: unknown): Promise<void> {
    return super.publish(this.#prefix + channel, payload);
  }

  override subscribe<Message>(
    channel: string,
    onMessage: (message: Message) => void,
    options?: unknown,
  ): Promise<number> {
    const name = this.#prefix + channel;
    const subscribed = super.subscribe(name, onMessage, options);
    // The library keeps a second promise for others who subscribe meanwhile. Without any, its rejection would be unhandled.
    const { subsPendingRefsMap } = this as unknown as PendingSubscriptions;
    subsPendingRefsMap.get(name)?.pending.then(NOTHING, NOTHING);
    return subscribed;
  }
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
