import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../core/process/log.ts';
import { isRedisRefusal } from './redis-refusal.ts';

export interface RedisConnectionsOptions {
  readonly url: string;
  /** The beginning of every key and channel. */
  readonly prefix: string;
  /** The time limit of a command. */
  readonly timeoutMs: number;
  /** The interval at which both connections are checked. */
  readonly heartbeatMs: number;
  readonly log: Log;
}

/** The script below, as a method of the client. */
interface CheckCommands {
  checkWrites(key: string): Promise<unknown>;
}

const SHARED: RedisOptions = {
  retryStrategy: () => RETRY_MS,
  keepAlive: 5_000,
  connectionName: 'lockstep',
  disconnectTimeout: 100,
};
// Publishing and counting must never wait for a Redis that is unavailable. A Redis that stops answering is soon
// considered unavailable, too: until then each command waits for its timeout, and is kept in memory.
const PUBLISHER: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 0 };
/** After this many command timeouts without a byte the connection is closed. */
const TIMEOUTS_PER_SOCKET = 10;
// Subscriptions must resume by themselves as soon as Redis is available again.
const SUBSCRIBER: RedisOptions = { autoResubscribe: true, maxRetriesPerRequest: null };
const RETRY_MS = 250;

/** The actions of ioredis after an error reply: none, a new connection, a new connection and the command again. */
const IGNORE = false;
const RECONNECT = 1;
const RECONNECT_AND_REPEAT = 2;

const CHECK = 'check';
/** A write, as the counters make it: a read would succeed on a demoted primary. */
const CHECK_WRITES = "return redis.call('SET', KEYS[1], '', 'PX', 1)";

/**
 * The two connections of a node to Redis, and whether Redis is available. It is only when it has accepted a write, a
 * message and a subscription. A connection on which it refuses one is closed and opened again, because the address may
 * lead to another server by now: a primary that was demoted keeps its connections. For the same reason the subscriber
 * connects again after the publisher did.
 */
export class RedisConnections {
  readonly publisher: Redis;
  readonly subscriber: Redis;
  readonly #options: RedisConnectionsOptions;
  readonly #checker: Redis & CheckCommands;
  readonly #heartbeat: NodeJS.Timeout;
  #isUp = false;
  #isDownLogged = false;
  /**
   * Whether the subscriber may be connected to another server than the publisher: the address can have moved before the
   * publisher connected again, while the subscriber kept its connection.
   */
  #mayBeApart = false;
  #isChecking = false;
  #isClosed = false;

  constructor(options: RedisConnectionsOptions) {
    const { url, prefix, timeoutMs, heartbeatMs } = options;
    this.#options = options;
    this.publisher = new Redis(url, {
      ...SHARED,
      ...PUBLISHER,
      keyPrefix: prefix,
      commandTimeout: timeoutMs,
      socketTimeout: TIMEOUTS_PER_SOCKET * timeoutMs,
      reconnectOnError: (error) => (this.#isRefused(error) ? RECONNECT : IGNORE),
    });
    this.publisher.defineCommand('checkWrites', { numberOfKeys: 1, lua: CHECK_WRITES });
    this.#checker = this.publisher as Redis & CheckCommands;
    this.subscriber = new Redis(url, {
      ...SHARED,
      ...SUBSCRIBER,
      reconnectOnError: (error) => (this.#isRefused(error) ? RECONNECT_AND_REPEAT : IGNORE),
    });
    this.publisher.on('close', () => {
      this.#mayBeApart = true;
    });
    this.subscriber.on('connect', () => {
      if (this.publisher.status === 'ready') this.#mayBeApart = false;
    });
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (error: Error) => this.#goDown(error));
      client.on('close', () => this.#goDown(new Error('The connection was closed.')));
      client.on('ready', () => void this.#check());
    }
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  /** Whether Redis does what it is asked, on both connections. */
  get isUp(): boolean {
    return this.#isUp && this.#areReady;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#heartbeat);
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  get #areReady(): boolean {
    return this.publisher.status === 'ready' && this.subscriber.status === 'ready';
  }

  #isRefused(error: Error): boolean {
    if (!isRedisRefusal(error)) return false;
    this.#mayBeApart = true;
    this.#goDown(error);
    return true;
  }

  /** Logs one line per outage, not one per retry or client. */
  #goDown(error: Error): void {
    this.#isUp = false;
    if (this.#isDownLogged || this.#isClosed) return;
    this.#isDownLogged = true;
    this.#options.log.warn({ err: error }, 'Redis unavailable: changes arrive by polling');
  }

  #goUp(): void {
    this.#isUp = true;
    if (!this.#isDownLogged) return;
    this.#isDownLogged = false;
    this.#options.log.info({}, 'Redis available again');
  }

  /** A node that writes nothing notices a failover here. */
  #beat(): void {
    void this.#check();
    reconnectIfSilent(this.subscriber, this.#options.heartbeatMs);
  }

  async #check(): Promise<void> {
    if (this.#isChecking || !this.#areReady) return;
    this.#isChecking = true;
    try {
      if (await this.#accepts()) this.#goUp();
    } catch {
      // A refusal is handled where replies arrive, and a lost connection is checked when it is ready again.
      if (!this.#isUp) setTimeout(() => void this.#check(), RETRY_MS).unref();
    } finally {
      this.#isChecking = false;
    }
  }

  async #accepts(): Promise<boolean> {
    const channel = `${this.#options.prefix}${CHECK}`;
    await this.#checker.checkWrites(CHECK);
    await this.publisher.publish(channel, '');
    if (this.#mayBeApart) {
      this.subscriber.disconnect(true);
      return false;
    }
    await this.subscriber.subscribe(channel);
    return this.#areReady && !this.#mayBeApart;
  }
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
