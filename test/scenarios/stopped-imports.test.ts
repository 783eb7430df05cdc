import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HeldRow } from '../support/held-row.ts';
import type { TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { importEnd, type LineOutcome, sendFile } from '../support/sent-file.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';

const { installation } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const { root } = installation;
const LINES = 200;
const MIDDLE = 100;
/** The lines that are applied with the one in the middle. */
const BATCH = 25;

describeOnPostgres('an import that is stopped in the middle', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(installation.app.config.databaseUrl);
  });

  afterAll(() => tables.close());

  /** An import of an admin that has reached the middle and waits there. */
  async function halfDone() {
    const { id: tenantId } = await installation.aTenant('Globex');
    const admin: TestUser = await installation.aUser('TENANT_ADMIN', { tenantId });
    const input = { tenantId, externalId: `C${MIDDLE}`, company: 'Before' };
    const { customerId } = await mutate(root, 'customerCreate', { input }, 'customerId');
    const held = await HeldRow.of(installation.app.config.databaseUrl ?? '', 'customer', customerId);
    const rows = Array.from({ length: LINES }, (_, index) => `C${index},Alder`);
    const answer = await sendFile(admin, ['externalId,company', ...rows].join('\n'), { tenantId });
    await held.untilAwaited(1);
    return { tenantId, admin, held, answer };
  }

  /** The number of customers that the import has made or changed, and of the lines that are still kept. */
  async function leftOf(tenantId: string) {
    const [counted] = await tables.run<{ customers: number; kept: number }>(
      `SELECT count(*)::int AS customers, (SELECT count(*)::int FROM bulk_job_item WHERE input IS NOT NULL) AS kept
       FROM customer WHERE tenant_id = $1 AND company = 'Alder'`,
      [tenantId],
    );
    return counted;
  }

  const applied = (lines: readonly LineOutcome[]) => lines.filter(({ status }) => status === 'SUCCEEDED');

  test('cancelled, what was applied stays, the rest is skipped, and the report says of each line which it is', async () => {
    const { tenantId, admin, held, answer } = await halfDone();
    // The cancellation waits for the lines that are being applied.
    const cancelled = mutate(admin, 'bulkJobCancel', { id: answer.bulkJobId });
    await held.untilAwaited(2);
    await held.release();
    await cancelled;
    const { job, lines } = await importEnd(root, answer, tenantId);
    const done = applied(lines).length;
    expect([done >= MIDDLE + BATCH, done < LINES, done % BATCH]).toEqual([true, true, 0]);
    expect(job).toMatchObject({ status: 'CANCELLED', total: LINES, succeededCount: done, failedCount: 0 });
    expect(lines.map(({ status, outcome }) => outcome ?? status)).toEqual(
      lines.map((_, index) => (index === MIDDLE ? 'UPDATED' : index < done ? 'CREATED' : 'SKIPPED')),
    );
    expect(await leftOf(tenantId)).toEqual({ customers: done, kept: 0 });
  });

  test('with a right that is withdrawn while it runs, what was applied stays, the rest is refused, and the report says so', async () => {
    const { tenantId, admin, held, answer } = await halfDone();
    await mutate(root, 'userRoleSet', { id: admin.userId, role: 'CSR' });
    await held.release();
    const { job, lines } = await importEnd(root, answer, tenantId);
    const done = MIDDLE + BATCH;
    expect(job).toMatchObject({
      status: 'COMPLETED',
      total: LINES,
      succeededCount: done,
      failedCount: LINES - done,
    });
    const briefly = ({ outcome, userErrors }: LineOutcome) => outcome ?? userErrors.map(({ rule }) => rule);
    expect(lines.slice(done).map(briefly)).toEqual(Array(LINES - done).fill(['REQUESTER_MAY_NOT']));
    expect(applied(lines)).toEqual(lines.slice(0, done));
    expect(await leftOf(tenantId)).toEqual({ customers: done, kept: 0 });
  });
});
