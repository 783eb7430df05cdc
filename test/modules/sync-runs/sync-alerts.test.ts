import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { HeldRow } from '../../support/held-row.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { codes, mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const ALERT = 'id kind scope status tenantCount goneCount run { id } acknowledgedAt resolvedAt version';
const ALERTS = `query ($filter: SyncAlertFilter) { syncAlerts(filter: $filter) { feedCursor nodes { ${ALERT} } } }`;
const event = (name: string) =>
  `subscription ($after: Cursor) { ${name}(after: $after) { syncAlert { ${ALERT} } } }`;
const CHANGED = `subscription ($after: Cursor) { syncAlertChanged(after: $after) { __typename
  ... on SyncAlertEvent { syncAlert { ${ALERT} } } } }`;
const COMPLETED =
  'subscription ($after: Cursor) { syncRunCompleted(after: $after) { syncRun { id failedCount } } }';
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;

interface Alert {
  readonly id: string;
  readonly status: string;
  readonly goneCount: number;
}

describeOnPostgres('alerts of runs', () => {
  let installation: Installation;
  let root: Person;
  let acme: TestTenant;
  let ada: TestUser;
  let url: string;
  let tables: TableDump;
  let start: string;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    acme = await installation.aTenant();
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    url = String(installation.app.config.databaseUrl);
    tables = await TableDump.open(url);
    start = (await list()).feedCursor;
    const completed = root.follow(COMPLETED, { after: start });
    await name('One');
    await completed.take(1);
    await completed.close();
  });

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const name = (value: string) =>
    mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path: 'branding.name', value }] } });
  const list = async (filter: object | null = null) => (await root.ask(ALERTS, { filter })).syncAlerts;
  /** Lets every alert be counted now, and waits until it is. */
  const count = async () => {
    await tables.run(`UPDATE due_work SET due_at = now(), try_at = now() WHERE kind = 'syncAlertCount'`);
    const due = `SELECT FROM due_work WHERE kind = 'syncAlertCount' AND due_at <= now()`;
    while ((await tables.run(due)).length > 0);
  };

  test('60 L: failed tenants raise one alert, which stays while they are tried again, and is resolved when two counts find none', async () => {
    await breakAdoption(tables, acme.id);
    const [raised, resolved, completed] = [
      event('syncAlertRaised'),
      event('syncAlertResolved'),
      COMPLETED,
    ].map((query) => root.follow(query, { after: start }));
    await completed?.take(1);
    await name('Two');
    await completed?.event(THREE_TRIES_MS);
    const run = { id: expect.any(String) };
    const open = { kind: 'TENANTS_FAILED', scope: 'PLATFORM', status: 'OPEN', tenantCount: 1, run };
    expect(await raised?.take(1)).toMatchObject([{ syncAlert: open }]);
    const [{ id, version }] = (await list({ status: { equals: 'OPEN' } })).nodes;

    expect(await codes(ada, 'syncAlertAcknowledge', { id })).toEqual(['FORBIDDEN']);
    expect((await ada.run(ALERTS)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await codes(root, 'syncAlertAcknowledge', { id: crypto.randomUUID() })).toEqual(['NOT_FOUND']);
    const stale = { id, expectedVersion: version + 1 };
    expect(await codes(root, 'syncAlertAcknowledge', stale)).toEqual(['VERSION_CONFLICT']);
    const { syncAlert } = await mutate(
      root,
      'syncAlertAcknowledge',
      { id },
      'syncAlert { status acknowledgedAt }',
    );
    expect(syncAlert).toEqual({ status: 'ACKNOWLEDGED', acknowledgedAt: expect.any(String) });
    expect(await codes(root, 'syncAlertAcknowledge', { id })).toEqual(['INVALID_STATE']);

    const changes = root.follow(CHANGED, { after: (await list()).feedCursor });
    await changes.changesUntilCaughtUp();
    const busy = await HeldRow.of(url, 'tenant', acme.id);
    await mutate(root, 'syncTrigger', { input: { scope: 'PLATFORM' } }, 'syncRunId');
    await count();
    expect(await list()).toMatchObject({ nodes: [{ status: 'ACKNOWLEDGED', tenantCount: 1, goneCount: 0 }] });
    await mendAdoption(tables);
    await busy.release();
    await completed?.take(1);
    await count();
    expect(await changes.change()).toMatchObject({ syncAlert: { goneCount: 1, status: 'ACKNOWLEDGED' } });
    await count();
    const end = { id, status: 'RESOLVED', tenantCount: 0, resolvedAt: expect.any(String) };
    expect(await resolved?.take(1)).toMatchObject([{ syncAlert: end }]);
    expect(await list()).toMatchObject({ nodes: [end] });
    expect([...(raised?.unread ?? []), ...(resolved?.unread ?? [])]).toEqual([]);
  });

  test('60 L: an alert of the layer of a business type counts the failed tenants of this type alone', async () => {
    const input = { key: 'hotels', name: 'Hotels' };
    const { businessTypeId } = await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId');
    await mutate(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId } });
    const other = await installation.anotherTenant(acme.organizationId);
    const after = (await list()).feedCursor;
    const [raised, completed] = [event('syncAlertRaised'), COMPLETED].map((query) =>
      root.follow(query, { after }),
    );
    await breakAdoption(tables, acme.id, other);
    await name('Of the platform');
    const set = [{ path: 'branding.supportEmail', value: 'hotels@lockstep.test' }];
    await mutate(root, 'configUpdate', { input: { scope: 'BUSINESS_TYPE', businessTypeId, set } });
    const runs = [await completed?.event(THREE_TRIES_MS), await completed?.event(THREE_TRIES_MS)];
    expect(runs).toHaveLength(2);
    await raised?.take(2);
    await count();
    expect((await list({ status: { equals: 'OPEN' } })).nodes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ scope: 'BUSINESS_TYPE', kind: 'TENANTS_FAILED', tenantCount: 1 }),
        expect.objectContaining({ scope: 'PLATFORM', kind: 'TENANTS_FAILED', tenantCount: 2 }),
      ]),
    );
    await mendAdoption(tables);
    const ended = root.follow(COMPLETED, { after: (await list()).feedCursor });
    await mutate(root, 'syncTrigger', { input: { scope: 'PLATFORM' } }, 'syncRunId');
    await ended.take(1);
    await mutate(root, 'tenantDelete', { id: other });
    await count();
    await count();
  });

  test('60 L: tenants that wait too long raise an alert of their own, a new cause a new one, and the stream ends in the list', async () => {
    const raised = root.follow(event('syncAlertRaised'), { after: (await list()).feedCursor });
    const busy = await HeldRow.of(url, 'tenant', acme.id);
    await name('Three');
    await tables.run(
      `UPDATE sync_run SET created_at = created_at - interval '10 minutes' WHERE status = 'RUNNING'`,
    );
    const late = { kind: 'TENANTS_LATE', status: 'OPEN', tenantCount: 1 };
    expect(await raised.take(1)).toMatchObject([{ syncAlert: late }]);
    await busy.release();
    const resolved = root.follow(event('syncAlertResolved'), { after: (await list()).feedCursor });
    await count();
    expect(await resolved.event(THREE_TRIES_MS)).toMatchObject({
      syncAlert: { ...late, status: 'RESOLVED', tenantCount: 0 },
    });

    const again = await HeldRow.of(url, 'tenant', acme.id);
    await name('Four');
    await tables.run(
      `UPDATE sync_run SET created_at = created_at - interval '10 minutes' WHERE status = 'RUNNING'`,
    );
    expect(await raised.take(1)).toMatchObject([{ syncAlert: late }]);
    await again.release();
    const { nodes } = await list();
    expect(nodes.map(({ kind }: { kind: string }) => kind)).toEqual([
      'TENANTS_LATE',
      'TENANTS_LATE',
      'TENANTS_FAILED',
      'TENANTS_FAILED',
      'TENANTS_FAILED',
    ]);
    const kept = new Map<string, Alert>();
    const events: { syncAlert: Alert }[] = await root
      .follow(CHANGED, { after: start })
      .changesUntilCaughtUp();
    for (const { syncAlert } of events) kept.set(syncAlert.id, syncAlert);
    const ends = (all: readonly Alert[]) =>
      all.map(({ id, status, goneCount }) => ({ id, status, goneCount }));
    expect(ends([...kept.values()]).toReversed()).toEqual(ends(nodes));
  });
});
