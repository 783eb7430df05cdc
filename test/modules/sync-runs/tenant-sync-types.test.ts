import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { HeldRow } from '../../support/held-row.ts';
import { Installation } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';
import { act, actInTree, type Tree, twinTrees, writeAt } from '../../support/twin-trees.ts';

const SYNC = 'tenantId status types { type status }';
const STATUSES = `{ tenantSyncStatuses(first: 100) { feedCursor nodes { ${SYNC} } } }`;
const CHANGED = `subscription ($after: Cursor) { tenantSyncChanged(after: $after) { __typename
  ... on TenantSyncDeleted { entityId } ... on TenantSyncEvent { entityId tenantSync { ${SYNC} } } } }`;
const STATUS_CHANGED = `subscription ($after: Cursor, $filter: TenantSyncFilter) {
  tenantSyncStatusChanged(after: $after, filter: $filter) { tenantSync { ${SYNC} } } }`;
const OF_TENANT = 'query ($id: ID) { tenantSyncStatus(tenantId: $id) { types { type status } } }';
const RUNNING = '{ syncRuns(filter: { status: { equals: RUNNING } }) { nodes { id } } }';
const MIGRATIONS = new URL('../../../prisma/migrations/', import.meta.url);
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;

interface OfType {
  readonly type: string;
  readonly status: string;
}

interface Sync {
  readonly tenantId: string;
  readonly status: string;
  readonly types: readonly OfType[];
}

interface Event {
  readonly tenantSync: Sync;
}

describeOnPostgres('the statuses of tenants by type', () => {
  let installation: Installation;
  let root: Person;
  let trees: readonly [Tree, Tree];
  let tables: TableDump;
  let url: string;
  let start: string;

  beforeAll(async () => {
    installation = await Installation.start({ REQUESTS_PER_SECOND: '1000' });
    root = installation.root;
    start = (await list()).feedCursor;
    url = String(installation.app.config.databaseUrl);
    tables = await TableDump.open(url);
    const staff = async (name: string) => {
      const tenant = await installation.aTenant(name);
      const [admin, member] = [
        await installation.aUser('TENANT_ADMIN', { tenantId: tenant.id }),
        await installation.aUser('CSR', { tenantId: tenant.id }),
      ];
      return { tenant, admin, member };
    };
    trees = (await twinTrees(root, [await staff('Acme'), await staff('Globex')])) as [Tree, Tree];
    await settled();
  }, 60_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const list = async (): Promise<{ feedCursor: string; nodes: Sync[] }> =>
    (await root.ask(STATUSES)).tenantSyncStatuses;
  const set = (path: string, value: unknown) =>
    mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path, value }] } });
  const others = ({ types }: Sync) => types.filter(({ status }) => status !== 'SUCCESS');
  const followStatus = async ({ tenant }: Tree) =>
    root.follow(STATUS_CHANGED, {
      filter: { tenantId: { equals: tenant.id } },
      after: (await list()).feedCursor,
    });

  async function settled(): Promise<void> {
    while ((await root.ask(RUNNING)).syncRuns.nodes.length > 0);
  }

  test('T X: a tenant receives the statuses by type of no tenant', async () => {
    const [{ admin }] = trees;
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    expect((await admin.run(STATUSES)).errors).toMatchObject(forbidden);
    for (const query of [CHANGED, STATUS_CHANGED])
      expect((await admin.follow(query, { after: start }).next()).errors).toMatchObject(forbidden);
  });

  test('60 L: each type that becomes PENDING is emitted while the tenant stays PENDING, and a write that changes no status is not', async () => {
    const [tree] = trees;
    const statuses = await followStatus(tree);
    const busy = await HeldRow.of(url, 'tenant', tree.tenant.id);
    const pending = (...types: string[]) => types.map((type) => ({ type, status: 'PENDING' }));
    await set('modules.payments.enabled', true);
    const first: Event = await statuses.event();
    expect([first.tenantSync.status, others(first.tenantSync)]).toEqual(['PENDING', pending('MODULES')]);
    await set('modules.consents.enabled', true);
    await set('auth.password.minLength', 13);
    const second: Event = await statuses.event();
    expect(others(second.tenantSync)).toEqual(pending('MODULES', 'AUTH'));
    await busy.release();
    const last: Event = await statuses.event();
    expect([last.tenantSync.status, others(last.tenantSync)]).toEqual(['SUCCESS', []]);
    await settled();
    expect(statuses.unread).toEqual([]);
    await statuses.close();
  });

  test('60 L: a conflict is PARTIAL for its type alone, of one tenant alone, until it is resolved', async () => {
    const [tree, other] = trees;
    const [statuses, idle] = [await followStatus(tree), await followStatus(other)];
    const labels = (value: object) => ({ set: [{ path: 'business.labels', value }] });
    await mutate(tree.admin, 'configUpdate', { input: { scope: 'TENANT', ...labels({ unit: 'Flat' }) } });
    const layer = { scope: 'BUSINESS_TYPE', businessTypeId: tree.businessTypeId };
    await mutate(root, 'configUpdate', { input: { ...layer, ...labels({ unit: 'Home' }) } });
    let event: Event = await statuses.event();
    while (event.tenantSync.status === 'PENDING') event = await statuses.event();
    expect(others(event.tenantSync)).toEqual([{ type: 'BUSINESS', status: 'PARTIAL' }]);
    const paths = ['business.labels'];
    expect(await act(root, tree, { kind: 'RESOLVE', paths, side: 'TENANT' })).toEqual([]);
    const resolved: Event = await statuses.event();
    expect(others(resolved.tenantSync)).toEqual([]);
    expect([statuses.unread, idle.unread]).toEqual([[], []]);
    await Promise.all([statuses.close(), idle.close()]);
  });

  test.each([
    ['a catch-up', 'de'],
    ['its time', 'fr'],
  ])(
    '57 60 L: an opt-out that ends by %s is PARTIAL for the type of the conflict that it opens, and SUCCESS if it adopts what was pending',
    async (end, language) => {
      const [tree] = trees;
      const layer = { scope: 'BUSINESS_TYPE', businessTypeId: tree.businessTypeId };
      const labels = (who: Person, place: object, unit: string) =>
        mutate(who, 'configUpdate', {
          input: { ...place, set: [{ path: 'business.labels', value: { unit } }] },
        });
      const endIt = async (id: string) => {
        if (end === 'a catch-up') return mutate(tree.admin, 'configCatchUp', { id });
        await tables.run('UPDATE config_opt_out SET expires_at = now() WHERE id = $1', [id]);
        return tables.run('UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = $1', [id]);
      };
      const labelled = await anOptOut(tree, 'business.labels');
      await labels(tree.admin, { scope: 'TENANT' }, `Ours by ${end}`);
      await labels(root, layer, `Theirs by ${end}`);
      await settled();
      const statuses = await followStatus(tree);
      await endIt(labelled);
      const opened: Event = await statuses.event();
      expect([opened.tenantSync.status, others(opened.tenantSync)]).toEqual([
        'PARTIAL',
        [{ type: 'BUSINESS', status: 'PARTIAL' }],
      ]);
      const paths = ['business.labels'];
      expect(await act(root, tree, { kind: 'RESOLVE', paths, side: 'TENANT' })).toEqual([]);
      const resolved: Event = await statuses.event();
      expect(others(resolved.tenantSync)).toEqual([]);

      const held = await anOptOut(tree, 'notifications.language');
      const busy = await HeldRow.of(url, 'tenant', tree.tenant.id);
      await set('notifications.language', language);
      const pending: Event = await statuses.event();
      expect(others(pending.tenantSync)).toEqual([{ type: 'NOTIFICATIONS', status: 'PENDING' }]);
      await endIt(held);
      const done: Event = await statuses.event();
      expect([done.tenantSync.status, others(done.tenantSync)]).toEqual(['SUCCESS', []]);
      await busy.release();
      await settled();
      expect(statuses.unread).toEqual([]);
      await statuses.close();
    },
  );

  async function anOptOut({ admin }: Tree, path: string): Promise<string> {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const input = { reason: 'Later.', expiresAt, paths: [path] };
    return (await mutate(admin, 'configOptOut', { input }, 'configOptOutId')).configOptOutId;
  }

  test('60: a status from before the types were kept receives them by the work that the migration schedules', async () => {
    const [tree] = trees;
    const labels = (value: object) => ({ set: [{ path: 'business.labels', value }] });
    await mutate(tree.admin, 'configUpdate', { input: { scope: 'TENANT', ...labels({ unit: 'Old' }) } });
    const layer = { scope: 'BUSINESS_TYPE', businessTypeId: tree.businessTypeId };
    await mutate(root, 'configUpdate', { input: { ...layer, ...labels({ unit: 'New' }) } });
    await settled();
    const id = tree.tenant.id;
    const partial = (await list()).nodes.find(({ tenantId }) => tenantId === id);
    expect(partial).toMatchObject({ status: 'PARTIAL' });
    await tables.run(
      "UPDATE tenant_sync SET pending_types = '{}', conflict_types = '{}' WHERE tenant_id = $1",
      [id],
    );
    const statuses = await followStatus(tree);
    const [name] = (await readdir(MIGRATIONS)).filter((each) => each.endsWith('sync_status_by_type'));
    const sql = await readFile(new URL(`${name}/migration.sql`, MIGRATIONS), 'utf8');
    await tables.run(sql.slice(sql.indexOf('INSERT')), []);
    expect(await statuses.event()).toEqual({ tenantSync: partial });
    await statuses.close();
  });

  test('60 R: after any history, the stream ends in the list, each event differs from the one before, and the list is what the ledgers say', async () => {
    await settled();
    const first = await list();
    const step = fc.oneof({ weight: 6, arbitrary: actInTree }, { weight: 1, arbitrary: writeAt('PLATFORM') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 12 }), async (acts) => {
        for (const one of acts) {
          const before = await list();
          await Promise.all(trees.map((tree) => act(root, tree, one)));
          await settled();
          await expectSame(one, before);
        }
      }),
      { numRuns: 2, seed: 86, endOnFailure: true },
    );
    const [{ tenant }] = trees;
    await breakAdoption(tables, tenant.id);
    const statuses = await followStatus(trees[0]);
    const before = await list();
    await set('branding.name', 'Three');
    let event: Event = await statuses.event(THREE_TRIES_MS);
    while (event.tenantSync.status !== 'FAILED') event = await statuses.event(THREE_TRIES_MS);
    expect(others(event.tenantSync)).toContainEqual({ type: 'BRANDING', status: 'FAILED' });
    await settled();
    await expectSame('a failed run', before);
    await mendAdoption(tables);
    await mutate(root, 'parkedWorkRetry', {}, 'retriedCount');
    await statuses.event();
    await expectSame('a retry', before);
    await statuses.close();

    const { events } = await foldedFrom(first.feedCursor, first.nodes);
    const logged = [...first.nodes, ...events];
    const steps = logged.slice(first.nodes.length).filter((sync, index) => {
      const earlier = logged.slice(0, first.nodes.length + index);
      const last = earlier.findLast(({ tenantId }) => tenantId === sync.tenantId);
      return JSON.stringify(last) !== JSON.stringify(sync);
    });
    const all = root.follow(STATUS_CHANGED, { after: first.feedCursor });
    const emitted: Event[] = await all.take(steps.length);
    expect(emitted.map(({ tenantSync }) => tenantSync)).toEqual(steps);
    expect(all.unread).toEqual([]);
    await all.close();
    const kinds = ['PENDING', 'PARTIAL', 'FAILED'];
    expect(
      kinds.filter((kind) => !steps.some((sync) => others(sync).some((one) => one.status === kind))),
    ).toEqual([]);
  }, 300_000);

  /** Checks that the list is what the ledgers say, and that an older list with the events after it is the list. */
  async function expectSame(after: unknown, older: { feedCursor: string; nodes: Sync[] }): Promise<void> {
    const { nodes } = await list();
    for (const { tenantId, types } of nodes) {
      const asked = (await root.ask(OF_TENANT, { id: tenantId })).tenantSyncStatus.types;
      expect({ after, types }).toEqual({ after, types: asked });
    }
    const { kept } = await foldedFrom(older.feedCursor, older.nodes);
    expect({ after, kept: Object.fromEntries(kept) }).toEqual({
      after,
      kept: Object.fromEntries(nodes.map((sync) => [sync.tenantId, sync])),
    });
  }

  async function foldedFrom(after: string, nodes: readonly Sync[]) {
    const kept = new Map(nodes.map((sync) => [sync.tenantId, sync]));
    const stream = root.follow(CHANGED, { after });
    const events = (await stream.changesUntilCaughtUp()).map(({ tenantSync }: Event) => tenantSync);
    for (const sync of events) kept.set(sync.tenantId, sync);
    await stream.close();
    return { kept, events };
  }
});
