import type { Redis } from 'ioredis';
import type { Clock } from '../../../core/process/clock.ts';
import type { Log } from '../../../core/process/log.ts';
import { type Failures, WINDOW_MS } from './allowance.ts';
import { type GuessStore, KNOWN_MS } from './guess-store.ts';

/** The script below, as a method of the client. */
interface GuessCommands {
  countFailure(key: string, now: number, windowMs: number): Promise<unknown>;
}

// One hash for each counter, which disappears with its window.
const COUNT_FAILURE = `
  if redis.call('HINCRBY', KEYS[1], 'count', 1) == 1 then
    redis.call('HSET', KEYS[1], 'until', ARGV[1] + ARGV[2])
    redis.call('PEXPIRE', KEYS[1], ARGV[2])
  end
  redis.call('HSET', KEYS[1], 'last', ARGV[1])`;

/** The dependencies of `RedisGuessStore`. */
export interface RedisGuessStoreParts {
  readonly redis: Redis;
  /** Counts while Redis is unavailable. */
  readonly alone: GuessStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Counts failures in Redis for all nodes together. While Redis is unavailable each node counts by itself. */
export class RedisGuessStore implements GuessStore {
  readonly #redis: Redis & GuessCommands;
  readonly #parts: RedisGuessStoreParts;

  constructor(parts: RedisGuessStoreParts) {
    this.#parts = parts;
    parts.redis.defineCommand('countFailure', { numberOfKeys: 1, lua: COUNT_FAILURE });
    this.#redis = parts.redis as Redis & GuessCommands;
  }

  /** The greater of both counts: a Redis that refuses writes still answers reads, and this node then counts alone. */
  async failures(keys: readonly string[]): Promise<readonly (Failures | undefined)[]> {
    const own = await this.#parts.alone.failures(keys);
    const shared = await this.#shared<readonly (Failures | undefined)[]>(
      () => Promise.all(keys.map((key) => this.#read(key))),
      async () => own,
    );
    return keys.map((_, at) => ((shared[at]?.count ?? 0) > (own[at]?.count ?? 0) ? shared[at] : own[at]));
  }

  fail(keys: readonly string[]): Promise<void> {
    const now = this.#parts.clock.now().getTime();
    return this.#shared(
      async () => {
        await Promise.all(keys.map((key) => this.#redis.countFailure(failuresOf(key), now, WINDOW_MS)));
      },
      (alone) => alone.fail(keys),
    );
  }

  know(key: string): Promise<void> {
    return this.#shared(
      async () => {
        await this.#redis.set(knownOf(key), 1, 'PX', KNOWN_MS);
      },
      (alone) => alone.know(key),
    );
  }

  isKnown(key: string): Promise<boolean> {
    return this.#shared(
      async () => (await this.#redis.exists(knownOf(key))) === 1,
      (alone) => alone.isKnown(key),
    );
  }

  async #read(key: string): Promise<Failures | undefined> {
    const [count, last, until] = await this.#redis.hmget(failuresOf(key), 'count', 'last', 'until');
    return count ? { count: Number(count), lastAt: Number(last), until: Number(until) } : undefined;
  }

  async #shared<Value>(
    together: () => Promise<Value>,
    alone: (store: GuessStore) => Promise<Value>,
  ): Promise<Value> {
    const { redis, alone: store, log } = this.#parts;
    if (redis.status !== 'ready') return alone(store);
    try {
      return await together();
    } catch (error) {
      log.debug({ err: error }, 'failures counted on this node only: Redis unavailable');
      return alone(store);
    }
  }
}

function failuresOf(key: string): string {
  return `failures:${key}`;
}

function knownOf(key: string): string {
  return `signed-in:${key}`;
}
