import type { TestApp } from './app.ts';

/**
 * Settings of servers that count together. Each waits for Redis for as long as it takes: a node that is not answered in
 * time counts by itself, and a busy machine may hold both up for seconds.
 */
export const SHARED_REDIS = { REDIS_URL: process.env.TEST_REDIS_URL ?? '', REDIS_TIMEOUT_MS: '60000' };

/** Done when a server has reached its Redis. */
export async function untilRedisIsUp({ url }: TestApp): Promise<void> {
  for (;;) {
    const { parts } = (await (await fetch(`${url}/health/ready`)).json()) as { parts: { redis: string } };
    if (parts.redis === 'up') return;
  }
}
