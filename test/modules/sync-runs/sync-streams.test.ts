import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const OUTCOME = 'id runId tenantId status errorCode endedAt';
const EVENTS = `query ($after: String) { syncEvents(first: 100, after: $after) {
  feedCursor totalCount pageInfo { endCursor hasNextPage } nodes { ${OUTCOME} } } }`;
const RECORDED = `subscription ($after: Cursor) { syncEventRecorded(after: $after) {
  syncRun { id recordedCount recorded(first: 100) { totalCount nodes { ${OUTCOME} } } } } }`;
const OF_ACME = `subscription ($after: Cursor, $tenantId: ID) { syncEventRecorded(after: $after) {
  syncRun { recorded(tenantId: $tenantId) { nodes { tenantId } } } } }`;
const SUMMARY = '{ syncErrorSummary { errorCode count tenantCount latestAt } }';
const HEALTH = '{ syncHealth { total succeeded partial pending failed feedCursor } }';
const STATUSES = `{ tenantSyncStatuses(first: 100) { feedCursor nodes { id tenantId status } } }`;
const STATUS_CHANGED = `subscription ($after: Cursor) { tenantSyncChanged(after: $after) { __typename
  ... on EntityEvent { entityId } ... on TenantSyncEvent { tenantSync { id tenantId status } } } }`;
const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }';
const OF_TENANT = `query ($id: ID) { tenantSyncStatus(tenantId: $id) {
  status types { type status pendingPaths conflictPaths } } }`;
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;
/** More than one event leads to. */
const TENANTS = 105;
const AT_ONCE = 10;
const RUNS = 3;

interface Page {
  readonly nodes: Outcome[];
  readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
}

interface Recorded {
  readonly syncRun: { readonly recorded: { readonly totalCount: number; readonly nodes: Outcome[] } };
}

interface Outcome {
  readonly id: string;
  readonly tenantId: string;
  readonly status: string;
  readonly errorCode: string | null;
  readonly endedAt: string;
}

describeOnPostgres('the dashboard of runs', () => {
  let installation: Installation;
  let root: Person;
  let acme: TestTenant;
  let globex: TestTenant;
  let ada: TestUser;
  let tables: TableDump;
  let start: string;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    start = (await root.ask(EVENTS)).syncEvents.feedCursor;
    [acme, globex] = [await installation.aTenant(), await installation.aTenant('Globex')];
    for (let count = 2; count < TENANTS; count += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, TENANTS - count) });
      await Promise.all(some.map(() => installation.anotherTenant(acme.organizationId)));
    }
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    tables = await TableDump.open(String(installation.app.config.databaseUrl));
    const completed = root.follow(COMPLETED, { after: start });
    const run = async (value: string) => {
      const set = [{ path: 'branding.name', value }];
      await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
      await completed.event(THREE_TRIES_MS);
    };
    await run('One');
    await breakAdoption(tables, acme.id);
    await run('Two');
    await mendAdoption(tables);
    await run('Three');
    await completed.close();
  }, 240_000);

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  async function listed(who: Person): Promise<{ outcomes: Outcome[]; feedCursor: string }> {
    const outcomes: Outcome[] = [];
    const { feedCursor } = (await who.ask(EVENTS)).syncEvents;
    for (let after: string | null = null, more = true; more; ) {
      const page: Page = (await who.ask(EVENTS, { after })).syncEvents;
      outcomes.push(...page.nodes);
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    return { outcomes, feedCursor };
  }

  /** The outcomes of a stream from the start, event by event. */
  async function streamed(who: Person): Promise<Outcome[][]> {
    const stream = who.follow(RECORDED, { after: start });
    const events: Outcome[][] = [];
    const count = () => events.flat().length;
    while (count() < TENANTS * RUNS) {
      const { syncRun }: Recorded = await stream.event();
      const { recorded } = syncRun;
      expect(recorded.nodes).toHaveLength(recorded.totalCount);
      events.push(recorded.nodes);
    }
    expect(stream.unread).toEqual([]);
    await stream.close();
    return events;
  }

  const byId = <One extends { id: string }>(all: readonly One[]) =>
    all.toSorted((one, other) => one.id.localeCompare(other.id));

  test('60 R: the outcomes of the stream are those of the list, each once, and their failures those of the summary', async () => {
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    for (const who of [root, support]) {
      const { outcomes } = await listed(who);
      const events = await streamed(who);
      expect(byId(events.flat())).toEqual(byId(outcomes));
      expect(events.filter((nodes) => nodes.length === 0)).toEqual([]);
      const failures = events.flat().filter(({ status }) => status === 'FAILED');
      expect((await who.ask(SUMMARY)).syncErrorSummary).toEqual([
        { errorCode: 'CONSTRAINT', count: 1, tenantCount: 1, latestAt: failures[0]?.endedAt },
      ]);
      expect(failures).toMatchObject([{ tenantId: acme.id, errorCode: 'CONSTRAINT' }]);
    }
    const ofAcme = root.follow(OF_ACME, { after: start, tenantId: acme.id });
    const found: object[] = [];
    while (found.length < RUNS) {
      const { syncRun }: Recorded = await ofAcme.event();
      found.push(...syncRun.recorded.nodes);
    }
    expect(found).toEqual(Array(RUNS).fill({ tenantId: acme.id }));
    await ofAcme.close();
  });

  test('60 R: the stream of statuses ends in the list and in the health at the same cursor', async () => {
    const both = await root.ask(`${HEALTH.slice(0, -1)} ${STATUSES.slice(1)}`);
    const { feedCursor, nodes } = both.tenantSyncStatuses;
    const ofStart = await fold(start);
    // Pages of 100 of the list, of which the first is asked for.
    expect(ofStart.size).toBe(TENANTS);
    for (const { id, status } of nodes) expect(ofStart.get(id)).toBe(status);
    const health = both.syncHealth;
    const numberOf = (status: string) => [...ofStart.values()].filter((one) => one === status).length;
    expect(health).toEqual({
      total: ofStart.size,
      succeeded: numberOf('SUCCESS'),
      partial: numberOf('PARTIAL'),
      pending: numberOf('PENDING'),
      failed: numberOf('FAILED'),
      feedCursor,
    });
  });

  async function fold(after: string): Promise<ReadonlyMap<string, string>> {
    const kept = new Map<string, string>();
    const stream = root.follow(STATUS_CHANGED, { after });
    const events: { __typename: string; entityId: string; tenantSync?: { id: string; status: string } }[] =
      await stream.changesUntilCaughtUp();
    for (const { __typename, entityId, tenantSync } of events) {
      if (__typename === 'TenantSyncDeleted') kept.delete(entityId);
      else if (tenantSync) kept.set(tenantSync.id, tenantSync.status);
    }
    await stream.close();
    return kept;
  }

  test('T X: a tenant receives nothing of it, and of its own status by type what the platform does', async () => {
    const forbidden = [{ extensions: { code: 'FORBIDDEN' } }];
    for (const query of [EVENTS, SUMMARY, HEALTH, STATUSES])
      expect((await ada.run(query)).errors).toMatchObject(forbidden);
    for (const query of [RECORDED, STATUS_CHANGED])
      expect((await ada.follow(query, { after: start }).next()).errors).toMatchObject(forbidden);
    expect((await ada.run(OF_TENANT, { id: globex.id })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(await ada.ask(OF_TENANT)).toEqual(await root.ask(OF_TENANT, { id: acme.id }));
  });

  test('60: the status by type names the type that has a conflict, and no other', async () => {
    const disputed = 'business.labels';
    const set = (value: object) => [{ path: disputed, value }];
    await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: set({ unit: 'Flat' }) } });
    const rule = { name: 'Merge', strategy: 'MERGE', triggers: [disputed], targetScopes: ['TENANT'] };
    await mutate(root, 'syncRuleCreate', { input: { ...rule, direction: 'DOWN', priority: 50 } });
    const completed = root.follow(COMPLETED, { after: (await root.ask(EVENTS)).syncEvents.feedCursor });
    await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: set({ unit: 'Room' }) } });
    await completed.event(THREE_TRIES_MS);
    const { status, types } = (await ada.ask(OF_TENANT)).tenantSyncStatus;
    expect(status).toBe('PARTIAL');
    expect(types.filter((one: Outcome) => one.status !== 'SUCCESS')).toEqual([
      expect.objectContaining({ status: 'PARTIAL', pendingPaths: [], conflictPaths: [disputed] }),
    ]);
    await completed.close();
  });
});
