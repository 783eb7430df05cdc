import { afterAll, expect, test } from '@jest/globals';
import { databases } from '../support/app.ts';
import { Installation } from '../support/installation.ts';
import type { Person } from '../support/person.ts';
import { killed, listening, Programs } from '../support/program.ts';
import { describeOnPostgres, describeOnRedis } from '../support/real-servers.ts';
import { runSql } from '../support/servers/run-sql.ts';
import { SHARED_REDIS, untilRedisIsUp } from '../support/shared-redis.ts';
import type { Stream } from '../support/stream.ts';

const SELECTION = `{ state reasons { code message }
  nodes { id version since connections isDraining isReading changesBehind msBehind redis redisLatencyMs poolSize }
  database { isReachable latencyMs poolSize poolInUse poolWaiting logMebibytes }
  redis { state latencyMs } dueWork { waiting late parked }
  webhooks { active paused disabled failing waitingDeliveries } mail { waiting failing } }`;
const HEALTH = `{ systemHealth ${SELECTION} }`;
const CHANGED = `subscription { systemHealthChanged ${SELECTION} }`;
const LEASE_MS = 4_000;
const BRIEF = { PRESENCE_LEASE_MS: String(LEASE_MS) };

interface Health {
  readonly state: string;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly nodes: readonly {
    readonly id: string;
    readonly connections: number;
    readonly isDraining: boolean;
    readonly redis: string;
  }[];
  readonly dueWork: { readonly waiting: number; readonly parked: number };
}

const redis = process.env.TEST_REDIS_URL ? SHARED_REDIS : {};
const installation = await Installation.start({ ...redis, ...BRIEF });
afterAll(() => installation.stop());
if (process.env.TEST_REDIS_URL) await untilRedisIsUp(installation.app);

const healthFor = async (person: Person): Promise<Health> => (await person.ask(HEALTH)).systemHealth;
const codesOf = ({ reasons }: Health) => reasons.map(({ code }) => code);

/** Reads on until the health is as wanted. */
async function until(stream: Stream, isSo: (health: Health) => boolean): Promise<Health> {
  for (;;) {
    const health = (await stream.event()) as Health;
    if (isSo(health)) return health;
  }
}

test('X: no one below the platform reads its health or receives an event of it', async () => {
  const acme = await installation.aTenant('Acme');
  const people = [
    await installation.aUser('TENANT_ADMIN', { tenantId: acme.id }),
    await installation.aUser('ORGANIZATION_ADMIN', { organizationId: acme.organizationId }),
  ];
  for (const person of people) {
    expect((await person.run(HEALTH)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const [{ data, errors }] = [await person.follow(CHANGED).next()];
    expect([data?.systemHealthChanged ?? null, errors?.[0]?.extensions?.code]).toEqual([null, 'FORBIDDEN']);
  }
  expect((await installation.stranger().run(HEALTH)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('an installation that is well says so, with its node and its parts, and no name of a tenant or a user', async () => {
  const support = await installation.aUser('PLATFORM_SUPPORT', {});
  const health = await healthFor(support);
  expect(health).toMatchObject({
    nodes: [
      {
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        ...{ isDraining: false, isReading: true, changesBehind: 0, poolSize: expect.any(Number) },
        redis: process.env.TEST_REDIS_URL ? 'UP' : 'UNUSED',
      },
    ],
    database: { isReachable: true, latencyMs: expect.any(Number), logMebibytes: expect.any(Number) },
    redis: { state: process.env.TEST_REDIS_URL ? 'UP' : 'UNUSED' },
    dueWork: { late: expect.any(Number), parked: 0 },
    webhooks: { active: 0, paused: 0, disabled: 0, failing: 0, waitingDeliveries: 0 },
    mail: { failing: 0 },
  });
  // A busy machine may be late for a moment; nothing else may be wrong.
  expect(
    codesOf(health).filter((code) => !['DUE_WORK_LATE', 'DATABASE_WAITING', 'NODE_BEHIND'].includes(code)),
  ).toEqual([]);
  expect(JSON.stringify(health)).not.toMatch(/Acme|lockstep\.test/);
});

test('a signal brings each change of the health: a client that connects is counted, and no longer once it has left', async () => {
  const support = await installation.aUser('PLATFORM_SUPPORT', {});
  const stream = support.follow(CHANGED);
  const first = (await stream.event()) as Health;
  const before = (await until(stream, ({ nodes }) => (nodes[0]?.connections ?? 0) > 0).catch(() => first))
    .nodes[0]?.connections as number;
  const other = support.follow('subscription { customerDeleted { __typename } }');
  await until(stream, ({ nodes }) => nodes[0]?.connections === before + 1);
  await other.close();
  await until(stream, ({ nodes }) => nodes[0]?.connections === before);
});

describeOnPostgres('with rows that wait for an operator', () => {
  test('parked work, failing mail and a disabled webhook are reasons, in the words of the runbook, and gone with their causes', async () => {
    const url = databases.get(installation.app.url) as string;
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    const { id: tenantId } = await installation.aTenant('Globex');
    const stream = support.follow(CHANGED);
    await stream.event();
    await runSql(
      url,
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at, tries, parked_at)
         VALUES (gen_random_uuid(), 'consentExpiry', gen_random_uuid(), '${tenantId}', now(), NULL, 3, now());
       INSERT INTO mail_message (id, message_key, address, params, status, tries, try_at, last_error)
         VALUES (gen_random_uuid(), 'invitation', 'ada@lockstep.test', '{}', 'WAITING', 1, now() + interval '1 hour', '451');
       INSERT INTO webhook (id, tenant_id, maker_id, name, name_fold, url, document, status, reason, updated_at)
         VALUES (gen_random_uuid(), '${tenantId}', gen_random_uuid(), 'gone', 'gone', 'https://gone.test', '', 'DISABLED', 'GONE', now())`,
    );
    const all = ['DUE_WORK_PARKED', 'WEBHOOKS_DISABLED', 'MAIL_FAILING'];
    const has = (health: Health) => all.every((code) => codesOf(health).includes(code));
    const ill = await until(stream, has);
    expect(ill).toMatchObject({
      state: 'DEGRADED',
      ...{ dueWork: { parked: 1 }, mail: { waiting: 1, failing: 1 }, webhooks: { disabled: 1 } },
    });
    expect(ill.reasons).toContainEqual({
      code: 'DUE_WORK_PARKED',
      message: expect.stringContaining('LockstepParkedWork'),
    });
    await runSql(
      url,
      `DELETE FROM due_work WHERE tries = 3; DELETE FROM mail_message; UPDATE webhook SET updated_at = now() - interval '2 hours'`,
    );
    const well = await until(stream, (health) => !all.some((code) => codesOf(health).includes(code)));
    // It is still disabled; that is no news after an hour.
    expect(well).toMatchObject({ webhooks: { disabled: 1 } });
  });

  describeOnRedis('on two nodes with Redis', () => {
    test('a node that drains says so, and one that was killed with kill -9 is gone within a lease, while the other stays', async () => {
      const settings = { ...SHARED_REDIS, ...BRIEF };
      const living = await Installation.start(settings);
      const programs = new Programs(living.app.config.dataDir);
      try {
        await untilRedisIsUp(living.app);
        const { databaseUrl = '', jwtSecret = '' } = living.app.config;
        const beside = { ...settings, DATABASE_URL: databaseUrl, JWT_SECRET: jwtSecret };
        const stream = living.root.follow(CHANGED);
        const [own] = (await until(stream, ({ nodes }) => nodes.length === 1)).nodes;
        const doomed = programs.start(beside);
        const url = (await listening(doomed)).replace(/\/$/, '');
        const two = await until(stream, ({ nodes }) => nodes.length === 2);
        const other = two.nodes.find(({ id }) => id !== own?.id);
        living.root.at({ url }).follow('subscription { customerDeleted { __typename } }');
        await until(stream, ({ nodes }) =>
          nodes.some(({ id, connections }) => id === other?.id && connections === 1),
        );
        // Both nodes give the same answer.
        const there = await healthFor(living.root.at({ url }));
        expect(there.nodes.map(({ id }) => id)).toEqual(two.nodes.map(({ id }) => id));
        const killedAt = performance.now();
        await killed(doomed);
        const one = await until(stream, ({ nodes }) => nodes.length === 1);
        expect(one.nodes[0]?.id).toBe(own?.id);
        // The wide margin is for a busy machine.
        expect(performance.now() - killedAt).toBeLessThan(LEASE_MS * 5);
        const drained = programs.start({ ...beside, DRAIN_NOTICE_MS: '3000', DRAIN_MS: '1000' });
        await listening(drained);
        await until(stream, ({ nodes }) => nodes.length === 2);
        drained.kill('SIGTERM');
        await until(stream, ({ nodes }) => nodes.some(({ id, isDraining }) => isDraining && id !== own?.id));
        await until(stream, ({ nodes }) => nodes.length === 1);
      } finally {
        await living.stop();
        await programs.killAll();
      }
    });
  });
});
