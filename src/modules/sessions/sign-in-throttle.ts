import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { RequestError } from '../../core/errors.ts';
import type { SignInThrottle } from '../../core/signing.ts';

const WINDOW_S = 15 * 60;
const FAILURES_OF_ACCOUNT = 5;
const FAILURES_OF_NETWORK = 50;

type Limiter = RateLimiterMemory | RateLimiterRedis;

/**
 * Counts failed sign-ins of accounts and of networks; all nodes together with Redis, each its own while Redis is away.
 */
export class CountingThrottle implements SignInThrottle {
  readonly #accounts: Limiter;
  readonly #networks: Limiter;

  constructor(redis: Redis | null) {
    this.#accounts = limiter('sign-in:account', FAILURES_OF_ACCOUNT, redis);
    this.#networks = limiter('sign-in:network', FAILURES_OF_NETWORK, redis);
  }

  async attempt(account: string, ip: string | null): Promise<void> {
    try {
      await this.#networks.consume(slotOf(networkOf(ip)));
      await this.#accounts.consume(slotOf(account));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new RequestError('RATE_LIMITED', `Too many failed attempts: wait ${minutes(refusal)} minutes.`);
    }
  }

  async succeeded(account: string, ip: string | null): Promise<void> {
    await this.#networks.reward(slotOf(networkOf(ip)));
    await this.#accounts.delete(slotOf(account));
  }

  async takeBack(account: string, ip: string | null): Promise<void> {
    await this.#networks.reward(slotOf(networkOf(ip)));
    await this.#accounts.reward(slotOf(account));
  }
}

function limiter(keyPrefix: string, points: number, redis: Redis | null): Limiter {
  const limit = { keyPrefix, points, duration: WINDOW_S };
  const memory = new RateLimiterMemory(limit);
  if (!redis) return memory;
  return new RateLimiterRedis({
    ...limit,
    storeClient: redis,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
}

/**
 * E-mail addresses are whatever the client says, so a counter for each would let it fill the memory: they share
 * 65,536. With a hundred accounts locked one other in 600 is locked with them, and whoever locked those could as
 * well have locked it.
 */
function slotOf(key: string): string {
  return createHash('sha256').update(key).digest().readUInt16BE(0).toString(16);
}

/** The holder of an IPv6 address commonly has the 2^64 of its network, so these count as one. */
function networkOf(ip: string | null): string {
  if (ip === null) return 'unknown';
  const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
  if (mapped) return mapped;
  return isIPv6(ip) ? firstGroups(ip).join(':') : ip;
}

function firstGroups(ip: string): string[] {
  const [head = '', tail = ''] = ip.split('::');
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).map((group) => group.toLowerCase());
}

function groups(text: string): string[] {
  return text === '' ? [] : text.split(':');
}

function minutes({ msBeforeNext }: RateLimiterRes): number {
  return Math.ceil(msBeforeNext / 60_000);
}
