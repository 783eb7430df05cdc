import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import { type LoneServer, LoneServers } from '../support/lone-server.ts';
import { mutate } from '../support/mutate.ts';
import { killed } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

/** More than are notified in one transaction, so that a kill is between two. */
const USERS = 300;
/** A busy machine takes long for the e-mails of all. */
const PATIENCE_MS = 100_000;

describeOnPostgres('notifications while the only node is killed', () => {
  let servers: LoneServers;
  let tenantId: string;

  beforeAll(async () => {
    servers = await LoneServers.open();
  });

  afterAll(() => servers.close());

  const made = async ({ root }: LoneServer, name: string, id: string, input: object) =>
    (await mutate(root, name, { input }, id))[id] as string;

  /** A tenant with many users, none of whom has to sign in. */
  async function aCrowdedTenant(server: LoneServer): Promise<string> {
    const organizationId = await made(server, 'organizationCreate', 'organizationId', {
      name: 'Acme',
      slug: 'acme',
    });
    const acme = { organizationId, name: 'Acme', slug: 'acme' };
    const id = await made(server, 'tenantCreate', 'tenantId', acme);
    await servers.tables.run(
      `INSERT INTO "user" (id, tenant_id, name, name_fold, email, role, updated_at)
       SELECT gen_random_uuid(), $1, 'User', 'user', 'user-' || number || '@lockstep.test', 'SUPPORT', now()
       FROM generate_series(1, ${USERS}) AS number`,
      [id],
    );
    return id;
  }

  /** Counts the users by their notifications and e-mails, once no work is left. */
  async function told(expected: number): Promise<Map<string, number>> {
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      const left = await servers.tables.run(
        `SELECT FROM due_work WHERE kind LIKE 'notification%' UNION ALL SELECT FROM notification_cause
         UNION ALL SELECT FROM mail_message WHERE status = 'WAITING'`,
      );
      const rows = await servers.tables.run<{ told: string; users: number }>(
        `SELECT count || ' times, ' || mails || ' e-mails' AS told, count(*)::int AS users FROM (
           SELECT count, (SELECT count(*) FROM mail_message WHERE user_id = notification.user_id AND status = 'KEPT') AS mails
           FROM notification WHERE message_key = 'incidentOpened'
         ) AS each GROUP BY 1`,
      );
      const all = new Map(rows.map(({ told, users }) => [told, users]));
      if (left.length === 0 && all.has(`${expected} times, ${expected} e-mails`)) return all;
      if (Date.now() > deadline) throw new Error(`${left.length} left of ${JSON.stringify([...all])}`);
    }
  }

  test('64: each user is notified once of each opening, and mailed once, though the node is killed between two batches', async () => {
    const first = await servers.start();
    tenantId = await aCrowdedTenant(first);
    const serviceId = await made(first, 'serviceCreate', 'serviceId', { tenantId, name: 'Lift' });
    const incidentId = await made(first, 'incidentOpen', 'incidentId', {
      ...{ tenantId, title: 'Lift stuck', impact: 'MAJOR', message: 'We look into it.' },
      services: [{ serviceId, status: 'MAJOR_OUTAGE' }],
    });
    expect(await told(1)).toEqual(new Map([['1 times, 1 e-mails', USERS]]));

    await mutate(first.root, 'incidentResolve', { id: incidentId, input: { message: 'Mended.' } });
    const [last] = await servers.tables.run<{ id: string }>(
      'SELECT id FROM notification ORDER BY user_id DESC LIMIT 1',
    );
    const held = await HeldRow.of(servers.database.url, 'notification', String(last?.id));
    await mutate(first.root, 'incidentReopen', { id: incidentId, input: { message: 'Again.' } });
    await held.untilAwaited(1);
    await killed(first.program);
    await held.release();
    const [{ reached } = { reached: 0 }] = await servers.tables.run<{ reached: number }>(
      'SELECT count(*)::int AS reached FROM notification WHERE count = 2',
    );
    expect(reached).toBeGreaterThan(0);
    expect(reached).toBeLessThan(USERS);

    const second = await servers.start();
    expect(await told(2)).toEqual(new Map([['2 times, 2 e-mails', USERS]]));
    await killed(second.program);
  }, 300_000);
});
