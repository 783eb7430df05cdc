import { Redis } from 'ioredis';
import { errorMessage } from '../lib/error-facts.ts';
import { type Finding, note, ok, type Remedy, wrong } from './finding.ts';

const CONNECT_MS = 5_000;

const UNREACHABLE: Remedy = {
  fix: 'Repair Redis, or let REDIS_URL name the primary: until then changes arrive by the poll.',
  see: 'runbook.md#lockstepwakeupslost',
};

/** Whether Redis accepts a write, and whether it may drop one when its memory is full. */
export function redisFindings(url: string): Promise<Finding[]> {
  return findingsOn(url, 'does not accept a write', async (redis) => {
    // A write and no read: a replica, and a primary that was demoted, answer reads.
    await redis.set('lockstep:check', '', 'PX', 1);
    return [ok('Redis accepts writes.'), ...(await evictionFindings(redis))];
  });
}

/** The same without a write: the version of Redis, its kind, and its role in place of the try. */
export function redisFindingsWithoutWrite(url: string): Promise<Finding[]> {
  return findingsOn(url, 'does not answer', async (redis) => {
    const facts = `${await redis.info('server')}${await redis.info('replication')}`;
    const [version, mode, role] = ['redis_version', 'redis_mode', 'role'].map(
      (name) => new RegExp(`^${name}:(\\S+)`, 'm').exec(facts)?.[1] ?? 'unknown',
    );
    const sentence = `Redis ${version} (${mode}) answers, and its role is ${role}.`;
    return [
      role === 'slave' ? wrong(sentence, UNREACHABLE) : ok(sentence),
      ...(await evictionFindings(redis)),
    ];
  });
}

async function findingsOn(
  url: string,
  failure: string,
  look: (redis: Redis) => Promise<Finding[]>,
): Promise<Finding[]> {
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, retryStrategy: () => null });
  redis.on('error', () => {
    // The command that fails says it, too.
  });
  try {
    await redis.connect();
    return await look(redis);
  } catch (error) {
    return [wrong(`Redis of REDIS_URL ${failure}: ${errorMessage(error)}.`, UNREACHABLE)];
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
    note(`Redis drops keys when it is full (${policy}), e.g. counters of limits: noeviction is better.`, {
      fix: 'Set maxmemory-policy to noeviction.',
      see: 'runbook.md#lockstepwakeupslost',
    }),
  ];
}
