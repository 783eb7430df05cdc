import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PLATFORM_FEED } from '../../src/core/feeds/feed.ts';
import { archivedForErasing, endGrace, untilErasureIs } from '../support/erased-tenant.ts';
import { HeldRow } from '../support/held-row.ts';
import { type LoneServer, LoneServers } from '../support/lone-server.ts';
import { codes, mutate } from '../support/mutate.ts';
import { killed } from '../support/program.ts';
import { describeOnPostgres } from '../support/real-servers.ts';

const REPORT = `query ($id: ID!) { tenantErasure(id: $id) { status deletedCustomerCount deletedPaymentCount keptPaymentCount
  keptPayments { nodes { id amount { amountMinor } } } } }`;
const CUSTOMERS = 130;

describeOnPostgres('the erasure of a tenant while the only node is killed', () => {
  let servers: LoneServers;

  beforeAll(async () => {
    servers = await LoneServers.open();
  });

  afterAll(() => servers.close());

  /** Kills a server while it waits at the COMMIT of a transaction that changes a feed. */
  async function killAtCommit(server: LoneServer, feed: string, begin: () => Promise<unknown>) {
    const held = await HeldRow.ofFeed(servers.database.url, feed);
    await begin();
    await held.untilAwaited(1);
    await killed(server.program);
    await held.release();
  }

  /** Waits until customers of a tenant are deleted, so many at least. */
  async function untilDeleted(tenantId: string, count: number): Promise<void> {
    const left = 'SELECT count(*)::int AS count FROM customer WHERE tenant_id = $1';
    for (;;) {
      const [row] = await servers.tables.run<{ count: number }>(left, [tenantId]);
      if (row && row.count <= CUSTOMERS - count) return;
    }
  }

  test('74 L D: each row is deleted once, each received payment is kept once, and the erasure is completed once', async () => {
    const first = await servers.start();
    const { root } = first;
    const made = async (name: string, type: string, input: object) =>
      String((await mutate(root, name, { input }, `${type}Id`))[`${type}Id`]);
    const slug = 'acme';
    const organizationId = await made('organizationCreate', 'organization', { name: 'Acme', slug });
    const tenantId = await made('tenantCreate', 'tenant', { organizationId, name: 'Acme', slug });
    const customer = { tenantId, company: 'Alder', contactName: 'Ada', email: 'ada@alder.test' };
    const customers = await Promise.all(
      Array.from({ length: CUSTOMERS }, () => made('customerCreate', 'customer', customer)),
    );
    const place = { customerId: customers[0], name: 'House', address: '1 Road' };
    const propertyId = await made('propertyCreate', 'property', place);
    const unitId = await made('unitCreate', 'unit', { propertyId, label: 'Flat 1' });
    const amount = { amountMinor: 900, currency: 'EUR' };
    const paymentId = await made('paymentRecord', 'payment', { unitId, amount, status: 'RECEIVED' });
    await made('paymentRecord', 'payment', { unitId, amount, status: 'PENDING' });

    const erasure = await archivedForErasing(root, tenantId);
    await killAtCommit(first, tenantId, () => endGrace(servers.tables, erasure));
    const second = await servers.start();
    await untilErasureIs(second.root, erasure, 'RUNNING');
    const [refused] = await codes(second.root, 'tenantRestore', { id: tenantId });
    expect(['INVALID_STATE', 'NOT_FOUND']).toContain(refused);
    await untilDeleted(tenantId, 1);
    await killed(second.program);
    const last = await servers.start();
    await untilErasureIs(last.root, erasure, 'COMPLETED');

    const { tenantErasure } = await last.root.ask(REPORT, { id: erasure.id });
    expect(tenantErasure).toEqual({
      status: 'COMPLETED',
      deletedCustomerCount: CUSTOMERS,
      deletedPaymentCount: 2,
      keptPaymentCount: 1,
      keptPayments: { nodes: [{ id: paymentId, amount: { amountMinor: 900 } }] },
    });
    const deleted = await servers.tables.run(
      `SELECT count(*)::int AS changes, count(DISTINCT entity_id)::int AS rows FROM change
       WHERE feed = $1 AND entity = 'Customer' AND kind = 'DELETED'`,
      [tenantId],
    );
    expect(deleted).toEqual([{ changes: CUSTOMERS, rows: CUSTOMERS }]);
    const steps = await servers.tables.run(
      `SELECT image ->> 'status' AS status FROM change WHERE feed = $1 AND entity = 'TenantErasure' ORDER BY seq`,
      [PLATFORM_FEED],
    );
    expect(steps).toEqual([{ status: 'SCHEDULED' }, { status: 'RUNNING' }, { status: 'COMPLETED' }]);
    expect(await servers.tables.run("SELECT FROM due_work WHERE kind = 'tenantErasing'")).toEqual([]);
  }, 300_000);
});
