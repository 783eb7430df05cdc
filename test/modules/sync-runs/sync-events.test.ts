import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { HeldRow } from '../../support/held-row.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const EVENTS = `query ($tenantId: ID, $runId: ID, $status: SyncTargetStatus, $errorCode: SyncErrorCode,
  $isSuperseded: Boolean, $from: DateTime, $to: DateTime, $first: Int, $after: String) {
  syncEvents(tenantId: $tenantId, runId: $runId, status: $status, errorCode: $errorCode,
    isSuperseded: $isSuperseded, from: $from, to: $to, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes { id runId tenantId status errorCode message durationMs endedAt } } }`;
const SUMMARY = `query ($from: DateTime, $tenantId: ID) { syncErrorSummary(from: $from, tenantId: $tenantId) {
  errorCode message count tenantCount latestAt } }`;
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }';
const NOW = '{ syncRuns(first: 1) { feedCursor nodes { id } } }';
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;
const TENANTS = 4;
const RUNS = 3;

interface SyncEvent {
  readonly id: string;
  readonly tenantId: string;
  readonly endedAt: string;
}

describeOnPostgres('the history of runs', () => {
  let installation: Installation;
  let root: Person;
  let acme: TestTenant;
  let ada: TestUser;
  let tables: TableDump;
  let failedRunId: string;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    acme = await installation.aTenant();
    for (let count = 1; count < TENANTS; count += 1) await installation.anotherTenant(acme.organizationId);
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    tables = await TableDump.open(String(installation.app.config.databaseUrl));
    const completed = root.follow(COMPLETED, { after: (await root.ask(NOW)).syncRuns.feedCursor });
    const run = async (value: string) => {
      const set = [{ path: 'branding.name', value }];
      await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
      await completed.event(THREE_TRIES_MS);
    };
    await run('One');
    await breakAdoption(tables, acme.id);
    await run('Two');
    failedRunId = (await root.ask(NOW)).syncRuns.nodes[0].id;
    await mendAdoption(tables);
    await run('Three');
    await completed.close();
  }, 120_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const events = async (args: object = {}) => (await root.ask(EVENTS, { first: 100, ...args })).syncEvents;
  const summary = async (args: Record<string, unknown> = {}) =>
    (await root.ask(SUMMARY, args)).syncErrorSummary;

  test('T X: only staff of the platform reads it', async () => {
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await ada.run(EVENTS)).errors).toMatchObject(forbidden);
    expect((await ada.run(SUMMARY)).errors).toMatchObject(forbidden);
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    expect((await support.ask(EVENTS)).syncEvents.totalCount).toBe(TENANTS * RUNS);
  });

  test('60: each outcome is in it once, the latest first, page by page', async () => {
    const { nodes } = await events();
    const seen: SyncEvent[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = await events({ first: 5, after });
      seen.push(...page.nodes);
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    expect(seen).toEqual(nodes);
    expect([seen.length, new Set(seen.map(({ id }) => id)).size]).toEqual([TENANTS * RUNS, TENANTS * RUNS]);
    const times = seen.map(({ endedAt }) => endedAt);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  test('60: each filter finds what it names, and the errors are summed by reason', async () => {
    const failure = {
      ...{ runId: failedRunId, tenantId: acme.id, status: 'FAILED', errorCode: 'CONSTRAINT' },
      message: 'The database refused what was to be written.',
    };
    const failed = await events({ status: 'FAILED' });
    expect(failed.nodes).toMatchObject([failure]);
    expect(await events({ errorCode: 'CONSTRAINT' })).toEqual(failed);
    expect((await events({ errorCode: 'BUSY' })).totalCount).toBe(0);
    expect((await events({ tenantId: acme.id })).totalCount).toBe(RUNS);
    expect((await events({ runId: failedRunId })).totalCount).toBe(TENANTS);
    expect((await events({ status: 'PENDING' })).totalCount).toBe(0);
    expect((await events({ isSuperseded: true })).totalCount).toBe(0);
    const [{ endedAt: at }] = failed.nodes;
    const [since, until] = [await events({ from: at }), await events({ to: at })];
    expect(since.nodes.at(-1)).toEqual(failed.nodes[0]);
    expect(since.totalCount + until.totalCount).toBe(TENANTS * RUNS);

    const { errorCode, message } = failure;
    const sum = { errorCode, message, count: 1, tenantCount: 1, latestAt: at };
    expect(await summary()).toEqual([sum]);
    expect(await summary({ from: at, tenantId: acme.id })).toEqual([sum]);
    expect(await summary({ tenantId: crypto.randomUUID() })).toEqual([]);
    expect(await summary({ from: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  test('60: a tenant that still waits has no outcome, so it is not in it', async () => {
    const busy = await HeldRow.of(String(installation.app.config.databaseUrl), 'tenant', acme.id);
    const completed = root.follow(COMPLETED, { after: (await root.ask(NOW)).syncRuns.feedCursor });
    const set = [{ path: 'branding.name', value: 'Four' }];
    await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
    const [{ id: runId }] = (await root.ask(NOW)).syncRuns.nodes;
    while ((await events({ runId })).totalCount < TENANTS - 1);
    expect((await events({ runId, tenantId: acme.id })).nodes).toEqual([]);
    await busy.release();
    await completed.event(THREE_TRIES_MS);
    await completed.close();
    expect((await events({ runId })).totalCount).toBe(TENANTS);
    await tables.run('DELETE FROM due_work WHERE kind = $1 AND subject_id = $2', ['syncTargetsEnd', runId]);
    await tables.run('DELETE FROM sync_target WHERE run_id = $1', [runId]);
  });

  test('60: the outcomes of a run that ended long ago are deleted, a failure once its tenant has adopted, and its counts stay', async () => {
    const end = () =>
      tables.run(
        `UPDATE due_work SET due_at = now(), try_at = now() WHERE kind = 'syncTargetsEnd' AND subject_id = $1`,
        [failedRunId],
      );
    // The tenant is to adopt still, at some time.
    await tables.run(
      `INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
        VALUES (gen_random_uuid(), 'configurationAdoption', $1, $1, now() + interval '1 day', now() + interval '1 day')`,
      [acme.id],
    );
    await end();
    while ((await events({ runId: failedRunId })).totalCount === TENANTS);
    expect((await events({ runId: failedRunId })).nodes).toMatchObject([{ status: 'FAILED' }]);
    await tables.run(`DELETE FROM due_work WHERE kind = 'configurationAdoption' AND subject_id = $1`, [
      acme.id,
    ]);
    await end();
    while ((await events({ runId: failedRunId })).totalCount > 0);
    expect((await events()).totalCount).toBe(TENANTS * (RUNS - 1));
    const counts = '{ total succeededCount failedCount }';
    const { syncRun } = await root.ask(`query ($id: ID!) { syncRun(id: $id) ${counts} }`, {
      id: failedRunId,
    });
    expect(syncRun).toEqual({ total: TENANTS, succeededCount: TENANTS - 1, failedCount: 1 });
    expect(await tables.run(`SELECT FROM due_work WHERE kind = 'syncTargetsEnd'`)).toHaveLength(RUNS - 1);
  });
});
