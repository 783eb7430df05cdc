import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { HeldRow } from '../../support/held-row.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const SYNC = 'id tenantId status errorCode message since version';
const STATUSES = `query ($filter: TenantSyncFilter, $first: Int, $after: String) {
  tenantSyncStatuses(filter: $filter, first: $first, after: $after) {
    feedCursor totalCount pageInfo { endCursor hasNextPage } nodes { ${SYNC} } } }`;
const STATUS_CHANGED = `subscription ($after: Cursor, $filter: TenantSyncFilter) {
  tenantSyncStatusChanged(after: $after, filter: $filter) { tenantSync { tenantId status errorCode } } }`;
const CHANGED = `subscription ($after: Cursor) { tenantSyncChanged(after: $after) { __typename
  ... on EntityEvent { entityId } ... on TenantSyncEvent { tenantSync { ${SYNC} } } } }`;
const HEALTH = '{ syncHealth { percentage total succeeded partial pending failed feedCursor } }';
const OF_TENANT = `query ($id: ID) { tenantSyncStatus(tenantId: $id) {
  status message types { type status pendingPaths } } }`;
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;
const TENANTS = 5;

interface Sync {
  readonly id: string;
  readonly tenantId: string;
  readonly status: string;
}

describeOnPostgres('the statuses of tenants', () => {
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
    start = (await root.ask(STATUSES)).tenantSyncStatuses.feedCursor;
    acme = await installation.aTenant();
    for (let count = 1; count < TENANTS; count += 1) await installation.anotherTenant(acme.organizationId);
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    url = String(installation.app.config.databaseUrl);
    tables = await TableDump.open(url);
    const completed = root.follow(
      'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }',
      {
        after: start,
      },
    );
    await name('One');
    await completed.take(1);
  });

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const name = (value: string) =>
    mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path: 'branding.name', value }] } });
  const list = async (args: object = {}) =>
    (await root.ask(STATUSES, { first: 100, ...args })).tenantSyncStatuses;
  const ofAcme = () => ({ filter: { tenantId: { equals: acme.id } } });
  const followAcme = async () =>
    root.follow(STATUS_CHANGED, { ...ofAcme(), after: (await list()).feedCursor });

  test('T X: only staff of the platform compares tenants', async () => {
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await ada.run(STATUSES)).errors).toMatchObject(forbidden);
    expect((await ada.run(HEALTH)).errors).toMatchObject(forbidden);
    expect((await ada.follow(STATUS_CHANGED).next()).errors).toMatchObject(forbidden);
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    expect((await support.ask(STATUSES)).tenantSyncStatuses.totalCount).toBe(TENANTS);
  });

  test('60 L: a tenant that is busy is PENDING, then SUCCESS, and each is emitted once', async () => {
    const statuses = await followAcme();
    const busy = await HeldRow.of(url, 'tenant', acme.id);
    await name('Two');
    expect(await statuses.take(1)).toMatchObject([{ tenantSync: { tenantId: acme.id, status: 'PENDING' } }]);
    const { types } = (await ada.ask(OF_TENANT)).tenantSyncStatus;
    const branding = { type: 'BRANDING', status: 'PENDING', pendingPaths: ['branding.name'] };
    expect(types).toContainEqual(branding);
    expect(types.filter(({ status }: Sync) => status === 'SUCCESS')).toHaveLength(types.length - 1);
    await busy.release();
    expect(await statuses.take(1)).toMatchObject([{ tenantSync: { status: 'SUCCESS', errorCode: null } }]);
    expect(statuses.unread).toEqual([]);
    await statuses.close();
  });

  test('60 L: a tenant that fails is in the list of the failed and in the health, and leaves both when it has adopted', async () => {
    await breakAdoption(tables, acme.id);
    const statuses = await followAcme();
    await name('Three');
    expect(await statuses.event(THREE_TRIES_MS)).toMatchObject({ tenantSync: { status: 'PENDING' } });
    const failed = { tenantId: acme.id, status: 'FAILED', errorCode: 'CONSTRAINT' };
    expect(await statuses.event(THREE_TRIES_MS)).toMatchObject({ tenantSync: failed });
    const message = 'The database refused what was to be written.';
    expect((await list({ filter: { status: { equals: 'FAILED' } } })).nodes).toMatchObject([
      { ...failed, message },
    ]);
    expect((await ada.ask(OF_TENANT)).tenantSyncStatus).toMatchObject({ status: 'FAILED', message });
    const percentage = (100 * (TENANTS - 1)) / TENANTS;
    expect((await root.ask(HEALTH)).syncHealth).toMatchObject({ percentage, total: TENANTS, failed: 1 });
    await mendAdoption(tables);
    await mutate(root, 'parkedWorkRetry', {}, 'retriedCount');
    expect(await statuses.take(1)).toMatchObject([{ tenantSync: { status: 'SUCCESS', errorCode: null } }]);
    expect((await root.ask(HEALTH)).syncHealth).toMatchObject({ percentage: 100, failed: 0 });
    await statuses.close();
  });

  test('60 R: the stream from any position ends in the list and in the health at that position', async () => {
    const gone = await installation.anotherTenant(acme.organizationId);
    await mutate(root, 'tenantDelete', { id: gone });
    const { feedCursor, nodes } = await list();
    const kept = new Map<string, Sync>();
    const stream = root.follow(CHANGED, { after: start });
    const events: { __typename: string; entityId: string; tenantSync?: Sync }[] =
      await stream.changesUntilCaughtUp();
    for (const { __typename, entityId, tenantSync } of events) {
      if (__typename === 'TenantSyncDeleted') kept.delete(entityId);
      else if (tenantSync) kept.set(entityId, tenantSync);
    }
    const byId = (all: readonly Sync[]) => all.toSorted((a, b) => a.id.localeCompare(b.id));
    expect(byId([...kept.values()])).toEqual(byId(nodes));
    const health = (await root.ask(HEALTH)).syncHealth;
    expect(health).toMatchObject({ total: kept.size, succeeded: kept.size, feedCursor });
    for (const { id } of nodes) {
      const steps = events
        .filter(({ entityId }) => entityId === id)
        .map(({ tenantSync }) => tenantSync?.status);
      expect(steps.filter((status, index) => status === steps[index - 1])).toEqual([]);
    }
    await stream.close();
  });

  test('pages of one status follow one another without a gap', async () => {
    const filter = { status: { equals: 'SUCCESS' } };
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, pageInfo } = await list({ filter, first: 2, after });
      seen.push(...nodes.map(({ tenantId }: Sync) => tenantId));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect([seen.length, new Set(seen).size]).toEqual([TENANTS, TENANTS]);
  });
});
