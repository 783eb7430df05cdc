import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { HeldRow } from '../../support/held-row.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { codes, mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const RUN = 'id status total succeededCount partialCount failedCount layerVersion';
const COMPLETED = `subscription ($after: Cursor) { syncRunCompleted(after: $after) { syncRun { ${RUN} } } }`;
const TARGETS = `query ($id: ID!, $status: SyncTargetStatus, $tenantId: ID) {
  syncRun(id: $id) { ${RUN} targets(first: 100, status: $status, tenantId: $tenantId) {
    totalCount nodes { tenantId status isSuperseded adoptedVersion errorCode message } } } }`;
const LATEST = `{ syncRuns(first: 1) { feedCursor nodes { ${RUN} } } }`;
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;
const TENANTS = 20;

describeOnPostgres('runs', () => {
  let installation: Installation;
  let root: Person;
  let elsewhere: Person;
  let acme: TestTenant;
  let ada: TestUser;
  let url: string;
  let tables: TableDump;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    elsewhere = root.at(await installation.anotherNode());
    acme = await installation.aTenant();
    for (let count = 1; count < TENANTS; count += 1) await installation.anotherTenant(acme.organizationId);
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    url = String(installation.app.config.databaseUrl);
    tables = await TableDump.open(url);
  });

  afterAll(async () => {
    await elsewhere.leave();
    await tables.close();
    await installation.stop();
  });

  const name = (value: string) =>
    mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path: 'branding.name', value }] } });
  const latest = async () => (await root.ask(LATEST)).syncRuns.nodes[0];
  const now = async () => (await root.ask(LATEST)).syncRuns.feedCursor;
  const targets = async (id: string, more: object = {}) =>
    (await root.ask(TARGETS, { id, ...more })).syncRun.targets;

  test('53 L: a run reaches each tenant once, and both nodes receive its end once', async () => {
    const after = await now();
    const streams = [root, elsewhere].map((who) => who.follow(COMPLETED, { after }));
    await name('One');
    const { id } = await latest();
    const end = { syncRun: { id, status: 'COMPLETED', total: TENANTS, succeededCount: TENANTS } };
    for (const stream of streams) expect(await stream.take(1)).toMatchObject([end]);
    const { totalCount, nodes } = await targets(id);
    expect(new Set(nodes.map(({ tenantId }: { tenantId: string }) => tenantId)).size).toBe(TENANTS);
    expect([totalCount, (await targets(id, { status: 'SUCCESS' })).totalCount]).toEqual([TENANTS, TENANTS]);
    expect((await targets(id, { tenantId: acme.id })).nodes).toMatchObject([{ tenantId: acme.id }]);
    expect(streams.flatMap(({ unread }) => unread)).toEqual([]);
    const again = await mutate(root, 'syncRunRetry', { id }, 'syncRun { id total retryOfId }');
    expect(again.syncRun).toMatchObject({ total: 0, retryOfId: id });
    expect(await streams[0]?.take(1)).toMatchObject([{ syncRun: { id: again.syncRun.id, total: 0 } }]);
    await Promise.all(streams.map((stream) => stream.close()));
  });

  test('only staff of the platform reads runs and tries them again', async () => {
    const { id } = await latest();
    expect((await ada.run(LATEST)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await codes(ada, 'syncRunRetry', { id })).toEqual(['FORBIDDEN']);
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    expect((await support.ask(LATEST)).syncRuns.nodes).toMatchObject([{ id }]);
    expect(await codes(support, 'syncRunRetry', { id })).toEqual(['FORBIDDEN']);
    expect(await codes(root, 'syncRunRetry', { id: crypto.randomUUID() })).toEqual(['NOT_FOUND']);
  });

  test('53 D: of two runs that overlap, a tenant that was busy takes the newer one, and the older one is superseded there', async () => {
    const after = await now();
    const completed = root.follow(COMPLETED, { after });
    const busy = await HeldRow.of(url, 'tenant', acme.id);
    await name('Two');
    const older = await latest();
    await name('Three');
    const newer = await latest();
    await mutate(root, 'tenantCreate', {
      input: { organizationId: acme.organizationId, name: 'New', slug: `new-${crypto.randomUUID()}` },
    });
    await busy.release();
    const ends = await completed.take(2);
    expect(ends.map(({ syncRun: { id } }: { syncRun: { id: string } }) => id).toSorted()).toEqual(
      [older.id, newer.id].toSorted(),
    );
    const adoptedVersion = newer.layerVersion;
    const [superseded] = (await targets(older.id, { tenantId: acme.id })).nodes;
    expect(superseded).toMatchObject({ status: 'SUCCESS', isSuperseded: true, adoptedVersion });
    const [reached] = (await targets(newer.id, { tenantId: acme.id })).nodes;
    expect(reached).toMatchObject({ status: 'SUCCESS', isSuperseded: false, adoptedVersion });
    await completed.close();
  });

  test('53 L: a tenant whose adoption fails is named with a reason, holds up no other, and is tried again as a run', async () => {
    const [layer] = await tables.run<{ id: string }>(
      `SELECT id FROM configuration WHERE scope = 'TENANT' AND tenant_id = '${acme.id}'`,
    );
    await tables.run(
      `ALTER TABLE config_version ADD CONSTRAINT broken CHECK (configuration_id <> '${layer?.id}') NOT VALID`,
    );
    const completed = root.follow(COMPLETED, { after: await now() });
    await name('Four');
    const end: { syncRun: { id: string } } = await completed.event(THREE_TRIES_MS);
    const { id } = end.syncRun;
    expect(end.syncRun).toMatchObject({ total: TENANTS + 1, succeededCount: TENANTS, failedCount: 1 });
    const message = 'The database refused what was to be written.';
    const failed = { tenantId: acme.id, status: 'FAILED', errorCode: 'CONSTRAINT', message };
    expect((await targets(id, { status: 'FAILED' })).nodes).toMatchObject([failed]);

    await tables.run('ALTER TABLE config_version DROP CONSTRAINT broken');
    const { syncRunId } = await mutate(root, 'syncRunRetry', { id }, 'syncRunId');
    const again = { id: syncRunId, status: 'COMPLETED', total: 1, succeededCount: 1, failedCount: 0 };
    expect(await completed.event()).toMatchObject({ syncRun: again });
    expect((await targets(id, { status: 'FAILED' })).nodes).toMatchObject([failed]);
    await completed.close();
  });
});
