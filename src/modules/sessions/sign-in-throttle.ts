import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterRes } from 'rate-limiter-flexible';
import { RequestError } from '../../core/requests/errors.ts';
import type { SignInThrottle } from '../../core/rights/authentication.ts';
import { networkOf } from '../../lib/network-of.ts';
import { type RateLimiter, rateLimiter } from '../../lib/rate-limiter.ts';

const WINDOW_S = 15 * 60;
const FAILURES_OF_ACCOUNT = 5;
const FAILURES_OF_NETWORK = 50;

/**
 * Counts failed sign-ins of accounts and of networks. All nodes count together in Redis, and each alone while Redis is
 * unavailable.
 */
export class CountingThrottle implements SignInThrottle {
  readonly #accounts: RateLimiter;
  readonly #networks: RateLimiter;

  constructor(redis: Redis | null) {
    const failures = (keyPrefix: string, points: number) =>
      rateLimiter({ keyPrefix, points, duration: WINDOW_S }, redis);
    this.#accounts = failures('sign-in:account', FAILURES_OF_ACCOUNT);
    this.#networks = failures('sign-in:network', FAILURES_OF_NETWORK);
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

/**
 * E-mail addresses are whatever the client says, so a counter for each would let it fill the memory: they share
 * 65,536. With a hundred accounts locked one other in 600 is locked with them, which an attacker could as well have
 * locked directly.
 */
function slotOf(key: string): string {
  return createHash('sha256').update(key).digest().readUInt16BE(0).toString(16);
}

function minutes({ msBeforeNext }: RateLimiterRes): number {
  return Math.ceil(msBeforeNext / 60_000);
}
