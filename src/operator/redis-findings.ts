import { Redis } from 'ioredis';
import { errorMessage } from '../lib/error-facts.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const CONNECT_MS = 5_000;

/** Whether Redis accepts a write, and whether it may drop one when its memory is full. */
export async function redisFindings(url: string): Promise<Finding[]> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null });
  redis.on('error', () => {
    // The command that fails says it, too.
  });
  try {
    await redis.connect();
    // A write and no read: a replica, and a primary that was demoted, answer reads.
    await redis.set('lockstep:check', '', 'PX', 1);
    return [ok('Redis accepts writes.'), ...(await evictionFindings(redis))];
  } catch (error) {
    return [wrong(`Redis of REDIS_URL does not accept a write: ${errorMessage(error)}.`)];
  } finally {
    redis.disconnect();
  }
}

/** Counters and leases of presence are keys that must live until they expire. */
async function evictionFindings(redis: Redis): Promise<Finding[]> {
  const memory = await redis.info('memory');
  const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return [];
  return [
    note(`Redis drops keys when it is full (${policy}), e.g. counters of limits: noeviction is better.`),
  ];
}
