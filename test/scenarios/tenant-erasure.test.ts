import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { attach } from '../support/attached.ts';
import { archivedForErasing, endGrace, untilErasureIs } from '../support/erased-tenant.ts';
import type { Installation } from '../support/installation.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';
import { aSampledTenant, type Populated } from '../support/two-tenants.ts';

const REPORT = `query ($id: ID!, $first: Int, $after: String) { tenantErasure(id: $id) {
  status tenantName tenantSlug deletedUserCount deletedCustomerCount deletedPaymentCount deletedRowCount keptPaymentCount
  keptPayments(first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage } nodes {
    id payerId amount { amountMinor currency } receivedAt refundedAt } } } }`;
const CHAIN = 'query ($id: ID!) { verifyAuditChain(tenantId: $id) { isIntact isComplete erasedCount } }';
/** The tables that may name an erased tenant: the log and its heads, and the report. */
const KEPT = ['change', 'feed_head', 'projection_member', 'tenant_erasure', 'tenant_erasure_walk'];
/** More rows than one batch deletes. */
const CUSTOMERS = 120;
const PAYMENTS = 5;
/** More acknowledgements than one batch deletes, all of one user. */
const BROADCASTS = 250;

/** Broadcasts of a tenant, each of which one user has acknowledged. */
async function acknowledgeMany(tables: TableDump, tenantId: string): Promise<void> {
  await tables.run(
    `WITH reader AS (SELECT id FROM "user" WHERE tenant_id = $1 ORDER BY id LIMIT 1), sent AS (
       INSERT INTO broadcast (id, tenant_id, audience, sender_id, sender_level, severity, message, needs_acknowledgement,
         expires_at, updated_at)
       SELECT gen_random_uuid(), $1, 'TENANT', reader.id, 'TENANT', 'INFO', 'Lift', TRUE, now() + interval '1 day', now()
       FROM reader, generate_series(1, ${BROADCASTS}) RETURNING id, sender_id)
     INSERT INTO broadcast_acknowledgement (id, broadcast_id, user_id, tenant_id, updated_at)
     SELECT gen_random_uuid(), id, sender_id, $1, now() FROM sent`,
    [tenantId],
  );
}

/** Makes an organization a former one of a tenant, whose changes were all removed because of their age. */
async function leavePrunedFeed(installation: Installation, tables: TableDump, id: string): Promise<void> {
  const input = { name: 'Former', slug: 'former' };
  const { organizationId } = await mutate(
    installation.root,
    'organizationCreate',
    { input },
    'organizationId',
  );
  await tables.run('INSERT INTO projection_member VALUES ($1, $2, 0, 0)', [organizationId, id]);
  await tables.run('UPDATE feed_head SET pruned_seq = last_seq, pruned_hash = last_hash WHERE feed = $1', [
    organizationId,
  ]);
  await tables.run('DELETE FROM change WHERE feed = $1', [organizationId]);
}

describeOnPostgres('the erasure of a tenant with a row of every type', () => {
  let installation: Installation;
  let acme: Populated;
  let tables: TableDump;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lockstep-files-'));
    ({ installation, tenant: acme } = await aSampledTenant({ ATTACHMENTS_DIR: folder }));
    tables = await TableDump.open(installation.app.config.databaseUrl);
  }, 300_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The names of the stored files. */
  async function stored(): Promise<string[]> {
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    return found.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  test('74 X: nothing is left but the log without persons, the report and received payments, also in the storage; next door all stays', async () => {
    const { root } = installation;
    const id = String(acme.ids.Tenant);
    const input = {
      unitId: acme.ids.Unit,
      amount: { amountMinor: 12_345, currency: 'EUR' },
      status: 'RECEIVED',
    };
    for (let number = 0; number < PAYMENTS; number += 1) await mutate(root, 'paymentRecord', { input });
    for (let number = 0; number < CUSTOMERS; number += 5)
      await Promise.all(Array.from({ length: 5 }, () => installation.aCustomer(id, 'Many')));
    await acknowledgeMany(tables, id);
    await leavePrunedFeed(installation, tables, id);
    const customerId = await installation.aCustomer(id, 'Files');
    for (const text of ['a', 'b', 'c']) await attach(root, { customerId }, `${text}.txt`, text);
    expect((await stored()).length).toBe(3);
    const people = await tables.run<{ name: string | null; email: string | null }>(
      `SELECT name, email FROM "user" WHERE tenant_id = $1 UNION SELECT contact_name, email FROM customer WHERE tenant_id = $1`,
      [id],
    );
    const received = await tables.run<{ id: string; payer: string }>(
      `SELECT id, coalesce(resident_id, customer_id) AS payer FROM payment
       WHERE tenant_id = $1 AND status IN ('RECEIVED', 'REFUNDED') ORDER BY id`,
      [id],
    );
    expect(received.length).toBeGreaterThanOrEqual(PAYMENTS);
    const [other] = await tables.run<{ id: string }>(
      "SELECT id FROM tenant WHERE name LIKE 'canary-of-globex%' LIMIT 1",
    );
    const nextDoorId = String(other?.id);
    const nextDoor = await tables.mentioning([nextDoorId]);

    expect(await codes(root, 'tenantDelete', { id })).toEqual(['IN_USE']);
    const erasure = await archivedForErasing(root, id);
    await endGrace(tables, erasure);
    await untilErasureIs(root, erasure, 'RUNNING');
    expect((await refusals(root, 'tenantRestore', { id })).map(({ code }) => code)).not.toEqual([]);
    await untilErasureIs(root, erasure, 'COMPLETED');

    expect(await stored()).toEqual([]);
    const left = await tables.mentioning([id]);
    const places = Object.entries(left).filter(([name, rows]) => rows.length > 0 && !KEPT.includes(name));
    expect(places.map(([name, rows]) => [name, rows[0]])).toEqual([]);
    const texts = people.flatMap(({ name, email }) => [name, email].filter((text) => text !== null));
    const whole = texts.map((text) => `${text.replace(/[.+]/g, '\\$&')}(?![0-9a-z])`);
    const named = await tables.mentioning(whole);
    const naming = Object.entries(named).filter(([, rows]) => rows.length > 0);
    expect(naming.map(([name, rows]) => [name, rows[0]])).toEqual([]);
    const stays = await tables.mentioning([nextDoorId]);
    for (const [name, rows] of Object.entries(nextDoor))
      if (!['api_token_use', 'session_renewal', 'webhook_progress'].includes(name))
        expect([name, stays[name]?.filter((row) => !row.includes(id))]).toEqual([
          name,
          rows.filter((row) => !row.includes(id)),
        ]);

    const { tenantErasure: report } = await root.ask(REPORT, { id: erasure.id, first: 2 });
    expect(report).toMatchObject({
      status: 'COMPLETED',
      deletedUserCount: expect.any(Number),
      keptPaymentCount: received.length,
      keptPayments: { totalCount: received.length, pageInfo: { hasNextPage: true } },
    });
    expect(report.deletedCustomerCount).toBeGreaterThan(CUSTOMERS);
    const seen = [...report.keptPayments.nodes];
    for (let page = report.keptPayments; page.pageInfo.hasNextPage; ) {
      const after = page.pageInfo.endCursor;
      page = (await root.ask(REPORT, { id: erasure.id, first: 2, after })).tenantErasure.keptPayments;
      seen.push(...page.nodes);
    }
    expect(seen.map(({ id: payment, payerId: payer }) => ({ id: payment, payer }))).toEqual(received);
    expect(seen).toContainEqual(
      expect.objectContaining({ amount: { amountMinor: 12_345, currency: 'EUR' }, refundedAt: null }),
    );
    const { verifyAuditChain } = await root.ask(CHAIN, { id });
    expect(verifyAuditChain).toMatchObject({ isIntact: true });
    expect(verifyAuditChain.erasedCount).toBeGreaterThan(CUSTOMERS);
    const [batch] = await tables.run<{ rows: number }>(
      `SELECT max(rows)::int AS rows FROM (
         SELECT count(*) AS rows FROM change WHERE feed = $1 AND kind = 'DELETED'
           AND entity IN ('Customer', 'Broadcast', 'BroadcastAcknowledgement')
         GROUP BY occurred_at) AS batches`,
      [id],
    );
    expect(batch?.rows).toBeLessThanOrEqual(100);
    const orphan = { tenantId: id, company: 'Back', contactName: 'Back', email: 'back@acme.test' };
    expect(await codes(root, 'customerCreate', { input: orphan })).toEqual(['NOT_FOUND']);
  }, 400_000);
});
