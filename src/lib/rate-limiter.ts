import type { Redis } from 'ioredis';
import { type IRateLimiterStoreOptions, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';

export type RateLimiter = RateLimiterMemory | RateLimiterRedis;

/** Counts for all nodes together in Redis; for each node by itself while Redis is away, and where there is none. */
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
