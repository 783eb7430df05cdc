import type { Redis } from 'ioredis';
import { type IRateLimiterStoreOptions, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

export type RateLimiter = RateLimiterMemory | RateLimiterRedis;

/**
 * Makes a rate limiter that counts in Redis for all nodes together. Without Redis, or while it is unavailable, each
 * node counts by itself.
 */
export function rateLimiter(
  limit: Omit<IRateLimiterStoreOptions, 'storeClient'>,
  redis: Redis | null,
): RateLimiter {
  const memory = new RateLimiterMemory(limit);
  if (!redis) return memory;
  return new RateLimiterRedis({
    ...limit,
    storeClient: redis,
    insuranceLimiter: memory,
    rejectIfRedisNotReady: true,
  });
}
