import type { TestApp } from './app.ts';

/**
 * Settings of servers that count together. They wait for Redis without a short limit: a node that gets no answer in
 * time counts alone, and a busy machine may delay an answer by seconds.
 */
export const SHARED_REDIS = { REDIS_URL: process.env.TEST_REDIS_URL ?? '', REDIS_TIMEOUT_MS: '60000' };

/** Resolves when a server has reached its Redis. */
export async function untilRedisIsUp({ url }: TestApp): Promise<void> {
  for (;;) {
    const { parts } = (await (await fetch(`${url}/health/ready`)).json()) as { parts: { redis: string } };
    if (parts.redis === 'up') return;
  }
}
