import { afterAll, describe, expect, test } from '@jest/globals';
import type { NodeFacts } from '../../../src/core/feeds/node-facts.ts';
import { Prisma } from '../../../src/generated/prisma/client.ts';
import {
  type HealthReason,
  lastingOf,
  REASONS,
  reasonsOf,
  stateOf,
} from '../../../src/modules/system-health/judged-health.ts';
import { COUNT, type Counts, storedHealth } from '../../../src/modules/system-health/stored-health.ts';
import { permissions } from '../../../src/modules/system-health/system-health.access.ts';
import { anOpenDatabase } from '../../support/open-database.ts';
import { watchStatements } from '../../support/watched-statements.ts';

const node: NodeFacts = {
  ...{ id: 'a', version: '1.0.0', since: '2026-11-30T00:00:00.000Z', connections: 3 },
  ...{ isDraining: false, isReading: true, changesBehind: 0, msBehind: 0 },
  ...{ redis: 'up', redisLatencyMs: 1, poolSize: 10, poolInUse: 1, poolWaiting: 0 },
};
const counts: Counts = {
  ...{ dueWaiting: 5, dueLate: 0, dueParked: 0, deliveriesWaiting: 7, mailWaiting: 2, mailFailing: 0 },
  ...{
    webhooksActive: 4,
    webhooksPaused: 1,
    webhooksDisabled: 1,
    webhooksDisabledNow: 0,
    webhooksFailing: 1,
  },
  logMebibytes: 12,
};
const known = (facts: Partial<NodeFacts> = {}, counted: Partial<Counts> = {}) => ({
  nodes: [node, { ...node, id: 'b', ...facts }],
  stored: { counts: { ...counts, ...counted }, latencyMs: 3 },
});

test('X: only staff of the platform read the health of the installation', () => {
  expect(permissions['system-health:read']).toEqual(['PLATFORM_ADMIN', 'PLATFORM_SUPPORT']);
});

describe('the state follows from the reasons', () => {
  const cases: readonly [HealthReason, ReturnType<typeof known>][] = [
    ['LOG_UNREADABLE', known({ isReading: false })],
    ['NODE_BEHIND', known({ changesBehind: 4, msBehind: 1_500 })],
    ['REDIS_DOWN', known({ redis: 'down' })],
    ['DATABASE_WAITING', known({ poolWaiting: 1 })],
    ['DUE_WORK_LATE', known({}, { dueLate: 1 })],
    ['DUE_WORK_PARKED', known({}, { dueParked: 1 })],
    ['WEBHOOKS_DISABLED', known({}, { webhooksDisabledNow: 1 })],
    ['MAIL_FAILING', known({}, { mailFailing: 1 })],
  ];
  test.each(cases)('%s', (reason, health) => {
    expect(reasonsOf(health)).toEqual([reason]);
    expect(stateOf([reason])).toBe(REASONS[reason].isFailing ? 'FAILING' : 'DEGRADED');
  });

  test('nothing is wrong with an old disabled webhook, with work that waits for its time, or with a short lag', () => {
    const health = known({ changesBehind: 4, msBehind: 900, isDraining: true });
    expect([reasonsOf(health), stateOf(reasonsOf(health))]).toEqual([[], 'OK']);
  });

  test('a database that does not answer is FAILING, and the worst reason is first', () => {
    const health = {
      nodes: [{ ...node, redis: 'down' as const }],
      stored: { counts: null, latencyMs: null },
    };
    expect(reasonsOf(health)).toEqual(['DATABASE_UNREACHABLE', 'REDIS_DOWN']);
    expect(stateOf(reasonsOf(health))).toBe('FAILING');
  });
});

test('latencies, the use of pools and the size of the log alone are no event', () => {
  const noise = known({ redisLatencyMs: 9, poolInUse: 4 }, { logMebibytes: 13 });
  expect(lastingOf(noise)).toEqual(lastingOf(known()));
  expect(lastingOf(known({ connections: 4 }))).not.toEqual(lastingOf(known()));
  expect(lastingOf(known({}, { mailWaiting: 3 }))).not.toEqual(lastingOf(known()));
});

const { prisma, drop } = await anOpenDatabase();
afterAll(() => drop());

test('what the database says costs one statement for all who ask in a second', async () => {
  const watched = watchStatements(prisma);
  const answers = await Promise.all(Array.from({ length: 50 }, () => storedHealth(watched.prisma)));
  expect(watched.seen.count).toBe(1);
  expect(answers[0]).toMatchObject({
    counts: { dueParked: 0, mailWaiting: 0 },
    latencyMs: expect.any(Number),
  });
});

test('each count can be read from an index: its cost does not grow with what is stored', async () => {
  const plan = await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
    await tx.$executeRaw`SET LOCAL enable_bitmapscan = off`;
    return tx.$queryRaw<Record<string, string>[]>(Prisma.sql`EXPLAIN ${COUNT}`);
  });
  const lines = plan.map((row) => Object.values(row)[0] ?? '');
  expect(lines.filter((line) => line.includes('Seq Scan on'))).toEqual([]);
  // No other index would do: one that begins with another column is read from its beginning to its end.
  const used = lines.flatMap((line) => /Index(?: Only)? Scan using "?(\w+)"?/.exec(line)?.[1] ?? []);
  expect([...new Set(used)].toSorted()).toEqual([
    'due_work_tries_try_at_idx',
    'mail_message_try_at_idx',
    'webhook_delivery_pending',
    'webhook_failing',
    'webhook_status_updated_at_idx',
  ]);
  expect(lines.filter((line) => line.trim().startsWith('Filter:'))).toEqual([]);
});
