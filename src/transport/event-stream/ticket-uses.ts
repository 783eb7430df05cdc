import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import type { Log } from '../../core/process/log.ts';

/** The tickets that this node remembers: some 200 bytes each. */
const MAX_REMEMBERED = 50_000;

/** The uses of tickets: each ticket with the operation that it has opened. */
export class TicketUses {
  readonly #redis: Redis | null;
  readonly #log: Log;
  readonly #own: LRUCache<string, string>;

  /** Without Redis, or while it is unavailable, each node knows only what it has seen itself. */
  constructor(redis: Redis | null, log: Log) {
    this.#redis = redis;
    this.#log = log;
    this.#own = new LRUCache({ max: MAX_REMEMBERED });
  }

  /**
   * Notes that a ticket opens an operation, unless it has opened one before. Returns the operation that it has opened
   * before; null for a ticket that is unused.
   */
  async take(id: string, operation: string, lifetimeMs: number): Promise<string | null> {
    const own = this.#own.get(id);
    if (own === undefined) this.#own.set(id, operation, { ttl: lifetimeMs });
    const shared = await this.#shared(async (redis) => {
      const isNew = await redis.set(keyOf(id), operation, 'PX', lifetimeMs, 'NX');
      return isNew ? null : redis.get(keyOf(id));
    });
    return shared ?? own ?? null;
  }

  /** Notes in the place of the operation that a ticket opens nothing any more. */
  async replace(id: string, operation: string): Promise<void> {
    if (this.#own.has(id)) this.#own.set(id, operation, { ttl: this.#own.getRemainingTTL(id) });
    await this.#shared(async (redis) => redis.set(keyOf(id), operation, 'KEEPTTL'));
  }

  async #shared<Value>(use: (redis: Redis) => Promise<Value>): Promise<Value | null> {
    if (this.#redis?.status !== 'ready') return null;
    try {
      return await use(this.#redis);
    } catch (error) {
      this.#log.debug({ err: error }, 'ticket noted on this node only: Redis unavailable');
      return null;
    }
  }
}

function keyOf(id: string): string {
  return `stream-ticket:${id}`;
}
