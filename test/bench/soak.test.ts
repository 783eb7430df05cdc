import { describe, expect, test } from '@jest/globals';
import { grown } from '../../bench/soak/rest.ts';
import { soak } from '../../bench/soak/soak.ts';
import { describeWithOwnPostgres, describeWithOwnRedis } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';

/** Two nodes start, and everything comes to rest twice: on a busy machine that takes minutes. */
const PATIENT_MS = 600_000;

describe('what is left is named', () => {
  test('figures that may not grow, and those that may grow by a bound', () => {
    const before = {
      'keys of Redis that outlive 15 minutes': 4,
      'MiB of heap of node 1': 100,
      'sockets of node 1': 0,
    };
    expect(grown(before, { ...before, 'MiB of heap of node 1': 150 })).toEqual([]);
    expect(grown(before, { ...before, 'MiB of heap of node 1': 161 })).toEqual([
      'MiB of heap of node 1: 100 before, 161 after',
    ]);
    expect(
      grown(before, { ...before, 'keys of Redis that outlive 15 minutes': 5, 'FSReqCallback of node 2': 1 }),
    ).toEqual([
      'keys of Redis that outlive 15 minutes: 4 before, 5 after',
      'FSReqCallback of node 2: 0 before, 1 after',
    ]);
  });
});

describeWithOwnPostgres('with a PostgreSQL of its own', () => {
  describeWithOwnRedis('and a Redis', () => {
    test(
      '77 L: after twenty seconds of coming and going nothing is left, and what is planted is named',
      async () => {
        const planted: string[] = [];
        const { grown: left, done } = await soak({
          ms: 20_000,
          warmUpMs: 8_000,
          patienceMs: 60_000,
          beforeEnd: async ({ backing }) => {
            if (!backing) return;
            await backing.redis.command('hset', 'planted', 'a', '1');
            await runSql(
              backing.databaseUrl,
              `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at, parked_at)
             SELECT gen_random_uuid(), 'planted', id, id, now(), now(), now() FROM tenant LIMIT 1`,
            );
            planted.push(
              'keys of Redis that outlive 15 minutes',
              'members of leased sets',
              'due work that is parked',
            );
          },
        });
        expect(left.map((line) => line.split(':')[0]).toSorted()).toEqual(planted.toSorted());
        for (const [what, count] of Object.entries(done)) expect([what, count > 0]).toEqual([what, true]);
      },
      PATIENT_MS,
    );
  });
});
