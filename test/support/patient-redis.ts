import { jest } from '@jest/globals';
import { Command, Redis } from 'ioredis';
import type { TestApp } from './app.ts';

/**
 * Has whoever asks Redis wait for the answer until `jest.restoreAllMocks()`, for tests of what nodes count together: a
 * server waits a tenth of a second and then counts by itself, and a busy machine may hold it or Redis up for longer.
 */
export function waitForRedis(): void {
  const clients = Redis.prototype as unknown as { setSocketTimeout(): void };
  jest.spyOn(Command.prototype, 'setTimeout').mockImplementation(() => {});
  jest.spyOn(clients, 'setSocketTimeout').mockImplementation(() => {});
}

/** Done when a server has reached its Redis. */
export async function untilRedisIsUp({ url }: TestApp): Promise<void> {
  for (;;) {
    const { parts } = (await (await fetch(`${url}/health/ready`)).json()) as { parts: { redis: string } };
    if (parts.redis === 'up') return;
  }
}
