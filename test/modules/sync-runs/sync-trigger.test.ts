import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { breakAdoption, mendAdoption } from '../../support/broken-adoption.ts';
import { HeldRow } from '../../support/held-row.ts';
import { Installation, type TestTenant, type TestUser } from '../../support/installation.ts';
import { codes, mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { TableDump } from '../../support/table-dump.ts';

const TRIGGER = `mutation ($input: SyncTriggerInput!, $dryRun: Boolean, $idempotencyKey: String) {
  syncTrigger(input: $input, dryRun: $dryRun, idempotencyKey: $idempotencyKey) {
    syncRunId syncRun { id status cause total layerVersion } tenantCount tenantIds cursor
    userErrors { code path } } }`;
const COMPLETED = `subscription ($after: Cursor) { syncRunCompleted(after: $after) {
  syncRun { id cause total succeededCount failedCount } } }`;
const NOW = '{ syncRuns(first: 1) { feedCursor totalCount nodes { id layerVersion } } }';
/** Longer than three tries with their pauses. */
const THREE_TRIES_MS = 60_000;
const PLATFORM = { scope: 'PLATFORM' };

describeOnPostgres('a triggered run', () => {
  let installation: Installation;
  let root: Person;
  let acme: TestTenant;
  let other: string;
  let ada: TestUser;
  let tables: TableDump;
  let url: string;
  let businessTypeId: string;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    acme = await installation.aTenant();
    other = await installation.anotherTenant(acme.organizationId);
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    url = String(installation.app.config.databaseUrl);
    tables = await TableDump.open(url);
    ({ businessTypeId } = await mutate(
      root,
      'businessTypeCreate',
      { input: { key: 'retail', name: 'Retail' } },
      'businessTypeId',
    ));
  });

  afterAll(async () => {
    await tables.close();
    await installation.stop();
  });

  const now = async () => (await root.ask(NOW)).syncRuns;
  const trigger = async (input: object, more: object = {}) =>
    (await root.run(TRIGGER, { input, ...more })).data.syncTrigger;
  const name = (value: string) =>
    mutate(root, 'configUpdate', { input: { ...PLATFORM, set: [{ path: 'branding.name', value }] } });

  test('a trigger that cannot be is refused at its argument, and writes nothing', async () => {
    const refusal = async (input: object) => (await trigger(input)).userErrors;
    expect(await refusal(PLATFORM)).toEqual([{ code: 'INVALID_STATE', path: ['input', 'scope'] }]);
    const ended = root.follow(COMPLETED, { after: (await now()).feedCursor });
    await name('One');
    await ended.take(1);
    const { totalCount } = await now();
    expect(await codes(ada, 'syncTrigger', { input: PLATFORM })).toEqual(['FORBIDDEN']);
    const support = await installation.aUser('PLATFORM_SUPPORT', {});
    expect(await codes(support, 'syncTrigger', { input: PLATFORM })).toEqual(['FORBIDDEN']);
    expect(await refusal({ scope: 'TENANT' })).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'scope'] }]);
    const atType = ['input', 'businessTypeId'];
    expect(await refusal({ scope: 'BUSINESS_TYPE' })).toEqual([{ code: 'INVALID_INPUT', path: atType }]);
    expect(await refusal({ ...PLATFORM, businessTypeId })).toEqual([{ code: 'INVALID_INPUT', path: atType }]);
    const unknown = crypto.randomUUID();
    expect(await refusal({ scope: 'BUSINESS_TYPE', businessTypeId: unknown })).toEqual([
      { code: 'NOT_FOUND', path: atType },
    ]);
    expect(await refusal({ scope: 'BUSINESS_TYPE', businessTypeId })).toEqual([
      { code: 'INVALID_STATE', path: ['input', 'scope'] },
    ]);
    expect(await refusal({ ...PLATFORM, tenantIds: [acme.id, unknown, 'no id'] })).toMatchObject([
      { path: ['input', 'tenantIds', '1'] },
      { path: ['input', 'tenantIds', '2'] },
    ]);
    const many = Array.from({ length: 1_001 }, () => crypto.randomUUID());
    expect(await refusal({ ...PLATFORM, tenantIds: many })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'tenantIds'] },
    ]);
    expect((await now()).totalCount).toBe(totalCount);
  });

  test('60 L: it tries the failed tenants alone, once with a key, and a dry run says which', async () => {
    await breakAdoption(tables, acme.id);
    const completed = root.follow(COMPLETED, { after: (await now()).feedCursor });
    await name('Two');
    expect(await completed.event(THREE_TRIES_MS)).toMatchObject({ syncRun: { failedCount: 1 } });
    await mendAdoption(tables);

    const before = await now();
    const found = { tenantCount: 1, tenantIds: [acme.id], userErrors: [] };
    expect(await trigger(PLATFORM, { dryRun: true })).toMatchObject({
      ...found,
      syncRun: null,
      cursor: null,
    });
    const ofOther = { ...PLATFORM, tenantIds: [other] };
    expect(await trigger(ofOther, { dryRun: true })).toMatchObject({ tenantCount: 0, tenantIds: [] });
    expect((await now()).totalCount).toBe(before.totalCount);

    const busy = await HeldRow.of(url, 'tenant', acme.id);
    const { layerVersion } = before.nodes[0];
    const run = { cause: 'TRIGGER', total: 1, layerVersion };
    const key = { idempotencyKey: 'again' };
    const first = await trigger(PLATFORM, key);
    expect(first).toMatchObject({ ...found, syncRun: { ...run, status: 'RUNNING' } });
    expect(await trigger(PLATFORM, key)).toMatchObject({ ...found, syncRunId: first.syncRunId });
    expect((await trigger(PLATFORM)).userErrors).toEqual([
      { code: 'INVALID_STATE', path: ['input', 'scope'] },
    ]);
    await busy.release();
    expect(await completed.take(1)).toMatchObject([
      { syncRun: { id: first.syncRunId, cause: 'TRIGGER', total: 1, succeededCount: 1 } },
    ]);
    expect((await now()).totalCount).toBe(before.totalCount + 1);
    await completed.close();
  });

  test('60 L: two triggers at one moment are one run, and one without tenants ends by itself', async () => {
    const completed = root.follow(COMPLETED, { after: (await now()).feedCursor });
    const [layer] = await tables.run<{ id: string }>(`SELECT id FROM configuration WHERE scope = 'PLATFORM'`);
    const held = await HeldRow.of(url, 'configuration', String(layer?.id));
    const both = Promise.all([trigger(PLATFORM), trigger(PLATFORM)]);
    await held.untilAwaited(2);
    await held.release();
    const codesOf = (await both).map(({ userErrors }) =>
      userErrors.map(({ code }: { code: string }) => code),
    );
    expect(codesOf.toSorted()).toEqual([[], ['INVALID_STATE']]);
    expect(await completed.take(1)).toMatchObject([{ syncRun: { cause: 'TRIGGER', total: 0 } }]);
    expect(completed.unread).toEqual([]);
    await completed.close();
  });
});
