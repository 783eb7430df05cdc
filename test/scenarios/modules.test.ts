import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DELETE_POLICIES } from '../support/bulk.ts';
import { HeldRow } from '../support/held-row.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import { PageStreamReader, pageWhen, readPage } from '../support/page-reader.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStatusStage, type StatusStage } from '../support/status-stage.ts';
import type { Stream } from '../support/stream.ts';
import { TableDump } from '../support/table-dump.ts';

const MODULES = `query ($tenantId: ID) { modules(tenantId: $tenantId) {
  name isEnabled path scope version isLocked needs missing } }`;
const CHANGED = `subscription ($tenantId: ID, $after: Cursor) { moduleChanged(tenantId: $tenantId, after: $after) {
  cursor modules { name isEnabled } } }`;
const SERVICES = 'query ($tenantId: ID) { services(tenantId: $tenantId) { totalCount nodes { name } } }';
const SERVICE = 'query ($id: ID!) { service(id: $id) { name } }';
const SERVICE_CHANGED = `subscription ($tenantId: ID, $after: Cursor) {
  serviceChanged(tenantId: $tenantId, after: $after) { __typename ... on EntityEvent { entityId } } }`;
const ALL = `subscription ($tenantId: ID, $after: Cursor) { changes(tenantId: $tenantId, after: $after, types: [SERVICE]) {
  __typename ... on FeedReset { reason cursor } ... on FeedPosition { cursor } ... on EntityEvent { cursor entityId } } }`;
const STATUS_CHANGED = `subscription ($after: Cursor) { serviceStatusChanged(after: $after) {
  cursor to service { id } } }`;
const COMPLETED = `subscription ($after: Cursor) { bulkJobCompleted(after: $after) { bulkJob {
  succeededCount failedCount items(status: FAILED, first: 1) { nodes { errorCode rule } } } } }`;

/** The codes of the error with which a stream ends. */
async function refusalAtEndOf(stream: Stream): Promise<string[]> {
  for (;;) {
    const { errors } = await stream.next();
    if (errors) return errors.map(({ extensions }) => String(extensions?.code));
  }
}

describeOnPostgres('a module of a tenant', () => {
  let stage: StatusStage;
  let root: Person;
  let tables: TableDump;

  beforeAll(async () => {
    stage = await aStatusStage();
    root = await stage.installation.aUser('PLATFORM_ADMIN', {});
    tables = await TableDump.open(stage.installation.app.config.databaseUrl);
  }, 120_000);

  afterAll(async () => {
    await tables.close();
    await stage.installation.stop();
  });

  async function write(who: Person, scope: string, name: string, value: boolean | null, mode = 'DEFAULT') {
    const path = `modules.${name}.enabled`;
    const what = value === null ? { unset: [path] } : { set: [{ path, value, mode }] };
    await mutate(who, 'configUpdate', { input: { scope, ...what } });
  }
  const turn = (name: string, isOn: boolean) => write(stage.ada, 'TENANT', name, isOn);
  const codesOf = async (who: Person, query: string, variables: object = {}) =>
    (await who.run(query, { ...variables })).errors?.map(({ extensions }) => extensions.code) ?? [];
  const stateOf = async (who: Person, name: string, tenantId?: string) =>
    (await who.ask(MODULES, { tenantId })).modules.find((one: { name: string }) => one.name === name);
  /** The modules that are off by the table that viewers are read from. */
  const offIn = async (tenantId: string) =>
    (
      await tables.run<{ module: string }>('SELECT module FROM module_off WHERE tenant_id = $1 ORDER BY 1', [
        tenantId,
      ])
    ).map(({ module }) => module);

  test('51: only those who configure a tenant switch its modules, and no one learns about the modules of others', async () => {
    const { ada, sue, gil, acme, resident } = stage;
    const service = await stage.service(ada, 'Hidden');
    const input = { scope: 'TENANT', set: [{ path: 'modules.status.enabled', value: false }] };
    expect(await codes(sue, 'configUpdate', { input })).toEqual(['FORBIDDEN_CHANGE']);
    expect(await codes(gil, 'configUpdate', { input: { ...input, tenantId: acme } })).toEqual(['NOT_FOUND']);
    const ofGil = async () => [
      await codesOf(gil, MODULES, { tenantId: acme }),
      await codesOf(gil, SERVICES, { tenantId: acme }),
      await gil.run(SERVICE, { id: service }).then(({ data, errors }) => ({ data, errors })),
    ];
    const before = await ofGil();
    await turn('status', false);
    expect(await ofGil()).toEqual(before);
    expect(await codesOf(gil, SERVICES)).toEqual([]);
    expect(await codesOf(resident, SERVICES)).toEqual(['MODULE_DISABLED']);
    expect(await stateOf(resident, 'STATUS')).toEqual({
      ...{ name: 'STATUS', isEnabled: false, path: 'modules.status.enabled', scope: 'TENANT', version: 1 },
      ...{ isLocked: false, needs: [], missing: [] },
    });
    await turn('status', true);
    expect(await codesOf(resident, SERVICES)).toEqual([]);
  });

  test('51 X: switched off, its fields, mutations and streams end on every node, its rows are kept, and on again all of it is back', async () => {
    const { ada, olga, gil, ann, elsewhere, acme, annex } = stage;
    const service = await stage.service(ada, 'Doors');
    const ofAnnex = (await mutate(ann, 'serviceCreate', { input: { name: 'Annex' } }, 'serviceId')).serviceId;
    const after = await ada.now(acme);
    const streams = [
      ada.follow(SERVICE_CHANGED, { after }),
      ada.at(elsewhere).follow(SERVICE_CHANGED, { after }),
      root.at(elsewhere).follow(SERVICE_CHANGED, { tenantId: acme, after }),
    ];
    const untouched = gil.follow(SERVICE_CHANGED, { after: await gil.now(stage.globex) });
    const told = [ada.follow(CHANGED, { after }), stage.resident.at(elsewhere).follow(CHANGED, { after })];
    const every = ada.at(elsewhere).follow(ALL, { after });
    await mutate(ada, 'serviceUpdate', { id: service, input: { description: 'Seen' } });
    for (const stream of [...streams, every])
      expect(await stream.change()).toMatchObject({ entityId: service });

    await turn('status', false);
    for (const stream of streams) {
      expect(await refusalAtEndOf(stream)).toEqual(['MODULE_DISABLED']);
    }
    for (const stream of told) {
      expect(await stream.event()).toMatchObject({ modules: [{ name: 'STATUS', isEnabled: false }] });
    }
    for (const who of [ada, ada.at(elsewhere)]) {
      const both = await who.run(`query ($id: ID!) { service(id: $id) { name } users { totalCount } }`, {
        id: service,
      });
      expect(both.data).toMatchObject({ service: null, users: { totalCount: expect.any(Number) } });
      expect(both.errors?.map(({ extensions }) => extensions.code)).toEqual(['MODULE_DISABLED']);
    }
    expect(await refusals(ada, 'serviceUpdate', { id: service, input: { name: 'No' } })).toEqual([
      expect.objectContaining({ code: 'MODULE_DISABLED', message: expect.stringContaining('status') }),
    ]);
    // Users of several tenants: what names the tenant is refused, and other questions have no row of it.
    for (const who of [root, olga.at(elsewhere)]) {
      expect(await codesOf(who, SERVICES, { tenantId: acme })).toEqual(['MODULE_DISABLED']);
      expect((await who.ask(SERVICE, { id: service })).service).toBeNull();
      expect((await who.ask(SERVICE, { id: ofAnnex })).service).toEqual({ name: 'Annex' });
      expect((await who.ask(SERVICES, { tenantId: annex })).services.totalCount).toBe(1);
      const input = { tenantId: acme, name: 'No' };
      expect(await codes(who, 'serviceCreate', { input })).toEqual(['MODULE_DISABLED']);
      expect(await codes(who, 'serviceUpdate', { id: service, input: { name: 'No' } })).toEqual([
        'NOT_FOUND',
      ]);
    }
    await mutate(gil, 'serviceCreate', { input: { name: 'Globex' } });
    expect(await untouched.change()).toMatchObject({ __typename: 'ServiceCreated' });
    expect(await tables.run('SELECT name FROM service WHERE id = $1', [service])).toEqual([
      { name: 'Doors' },
    ]);

    await turn('status', true);
    for (const stream of told) {
      expect(await stream.event()).toMatchObject({ modules: [{ name: 'STATUS', isEnabled: true }] });
    }
    expect(await every.change()).toMatchObject({ __typename: 'FeedReset', reason: 'RIGHTS_CHANGED' });
    expect(await stage.statusOf(service)).toBe('OPERATIONAL NONE');
    const resumed = ada.follow(SERVICE_CHANGED, { after });
    expect(await resumed.change()).toMatchObject({ __typename: 'ServiceUpdated', entityId: service });
    expect((await root.ask(SERVICE, { id: service })).service).toEqual({ name: 'Doors' });
  });

  test('51: a cursor of a stream that went on without a module leads to a reset once the module is on again', async () => {
    const { ada, acme } = stage;
    await turn('status', false);
    const without = ada.follow(ALL, { after: await ada.now(acme) });
    const { cursor } = (await without.event()) as { cursor: string };
    await without.close();
    const stillWithout = ada.follow(ALL, { after: cursor });
    expect(await stillWithout.event()).toMatchObject({ __typename: 'FeedPosition' });
    await stillWithout.close();
    await turn('status', true);
    expect(await ada.follow(ALL, { after: cursor }).event()).toMatchObject({ __typename: 'FeedReset' });
  });

  test('51 33: what is due waits while its module is off, and is done when it is on again', async () => {
    const { ada, gil, acme } = stage;
    const [own, ofGil] = [await stage.service(ada, 'Own'), await stage.service(gil, 'Gil’s')];
    const streams = {
      ada: await ada.now(acme),
      gil: gil.follow(STATUS_CHANGED, { after: await gil.now(stage.globex) }),
    };
    const far = '9999-01-01T00:00:00Z';
    for (const [who, id] of [
      [ada, own],
      [gil, ofGil],
    ] as const)
      await mutate(who, 'serviceStatusSet', { id, status: 'MAJOR_OUTAGE', reason: 'Rain', until: far });
    await turn('status', false);
    for (const id of [own, ofGil]) {
      await stage.sql(`UPDATE service SET override_until = now() WHERE id = '${id}'`);
      await stage.sql(`UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = '${id}'`);
    }
    expect(await streams.gil.take(2)).toMatchObject([{ to: 'MAJOR_OUTAGE' }, { to: 'OPERATIONAL' }]);
    const waiting = () =>
      tables.run('SELECT tries FROM due_work WHERE subject_id = $1 AND try_at IS NULL', [own]);
    while ((await waiting()).length === 0);
    expect(await waiting()).toEqual([{ tries: 0 }]);
    expect(await tables.run('SELECT status FROM service WHERE id = $1', [own])).toEqual([
      { status: 'MAJOR_OUTAGE' },
    ]);
    await turn('status', true);
    const events = ada.follow(STATUS_CHANGED, { after: streams.ada });
    expect(await events.take(2)).toMatchObject([{ to: 'MAJOR_OUTAGE' }, { to: 'OPERATIONAL' }]);
  });

  test('51 21: the items of a bulk job that are left when its module is switched off fail, and their rows stay', async () => {
    const { ada, acme } = stage;
    const ids: string[] = [];
    for (let count = 0; count < 60; count += 1) {
      const input = { name: `Policy ${count}`, filePattern: '/a/**', condition: 'true', effect: 'ALLOW' };
      ids.push(
        (await mutate(ada, 'fileAccessPolicyCreate', { input }, 'fileAccessPolicyId')).fileAccessPolicyId,
      );
    }
    const completed = ada.follow(COMPLETED, { after: await ada.now(acme) });
    const held = await HeldRow.of(
      String(stage.installation.app.config.databaseUrl),
      'file_access_policy',
      String(ids[0]),
    );
    await ada.ask(DELETE_POLICIES, { ids });
    await held.untilAwaited(1);
    await turn('files', false);
    await held.release();
    const { bulkJob } = (await completed.event()) as {
      bulkJob: { succeededCount: number; failedCount: number };
    };
    expect(bulkJob).toMatchObject({
      items: { nodes: [{ errorCode: 'MODULE_DISABLED', rule: 'MODULE_OFF' }] },
    });
    // The batch in which a row was held had begun before, and the other node may have had one.
    expect(bulkJob.succeededCount).toBeLessThanOrEqual(50);
    expect(bulkJob.succeededCount + bulkJob.failedCount).toBe(60);
    const [left] = await tables.run<{ count: number }>(
      'SELECT count(*)::int AS count FROM file_access_policy WHERE tenant_id = $1',
      [acme],
    );
    expect(left).toEqual({ count: bulkJob.failedCount });
    await turn('files', true);
  });

  test('51: without a module what needs it is off, too, keeps its own setting, and is in the event', async () => {
    const { ada, acme } = stage;
    const told = ada.follow(CHANGED, { after: await ada.now(acme) });
    await turn('properties', false);
    expect(await told.event()).toMatchObject({
      modules: ['MAINTENANCE', 'PAYMENTS', 'PROPERTIES'].map((name) => ({ name, isEnabled: false })),
    });
    expect(await stateOf(ada, 'PAYMENTS')).toMatchObject({
      isEnabled: false,
      scope: null,
      missing: ['PROPERTIES'],
    });
    expect(await codesOf(ada, 'query { payments { totalCount } }')).toEqual(['MODULE_DISABLED']);
    await turn('properties', true);
    expect(await codesOf(ada, 'query { payments { totalCount } }')).toEqual([]);
  });

  test('51 48: a lock of the platform acts everywhere with its COMMIT, and what tenants had set acts again without it', async () => {
    const { ada, gil, acme, globex, annex } = stage;
    await turn('consents', true);
    await write(gil, 'TENANT', 'consents', false);
    const consents = 'query ($tenantId: ID) { consents(tenantId: $tenantId) { totalCount } }';
    await write(root, 'PLATFORM', 'consents', false, 'LOCKED');
    for (const tenant of [acme, globex, annex]) expect(await offIn(tenant)).toEqual(['consents']);
    expect(await codesOf(ada, consents)).toEqual(['MODULE_DISABLED']);
    expect(await codesOf(root.at(stage.elsewhere), consents, { tenantId: annex })).toEqual([
      'MODULE_DISABLED',
    ]);
    expect(
      await codes(ada, 'configUpdate', {
        input: { scope: 'TENANT', set: [{ path: 'modules.consents.enabled', value: false }] },
      }),
    ).not.toEqual([]);
    const { id: later } = await stage.installation.aTenant('Later');
    expect(await offIn(later)).toEqual(['consents']);
    await write(root, 'PLATFORM', 'consents', null);
    expect(await codesOf(ada, consents)).toEqual([]);
    expect(await codesOf(gil, consents)).toEqual(['MODULE_DISABLED']);
    expect(await offIn(globex)).toEqual(['consents']);
  });

  test('51 47: the status page of a tenant without the module is absent, and its streams end', async () => {
    const { ada, acme, installation, elsewhere } = stage;
    await turn('status', true);
    await mutate(ada, 'statusPageUpdate', { id: acme, input: { statusPageSlug: 'acme' } });
    const nodes = [installation.app.url, elsewhere.url];
    for (const url of nodes) await pageWhen(url, 'acme', ({ status }) => status === 200);
    const readers = await Promise.all(nodes.map((url) => PageStreamReader.open(url, 'acme')));
    for (const reader of readers) expect(await reader.page()).not.toBeNull();
    await turn('status', false);
    for (const reader of readers) expect(await reader.page()).toBeNull();
    for (const url of nodes) expect((await readPage(url, 'acme')).status).toBe(404);
    await turn('status', true);
    for (const url of nodes) await pageWhen(url, 'acme', ({ status }) => status === 200);
  });
});
