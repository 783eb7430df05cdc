import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { TableDump } from '../support/table-dump.ts';

const DAY_MS = 86_400_000;
const COLOR = 'branding.primaryColor';
const CSR = 'permissions.templates.CSR';
const CHANGED = `subscription ($after: Cursor) { configOptOutChanged(after: $after) {
  __typename ... on ConfigOptOutEvent { actor { kind } configOptOut { id status reason } } } }`;
const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) { actor { kind } patch } }`;
const RBAC = `subscription ($after: Cursor) { rbacChanged(after: $after) { roles { role granted } } }`;
const EFFECTIVE = `query ($path: String!) { effectiveConfig(paths: [$path]) { settings { value optOut { id } } } }`;
const SYNC = '{ tenantSyncStatus { status optOuts { id } } }';

describeOnPostgres('the end of an opt-out, on two nodes', () => {
  let installation: Installation;
  let root: Person;
  let acme: TestTenant;
  let ada: TestUser;
  let elsewhere: Person;
  let tables: TableDump;

  beforeAll(async () => {
    installation = await Installation.start();
    root = installation.root;
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    elsewhere = ada.at(await installation.anotherNode());
    tables = await TableDump.open(installation.app.config.databaseUrl);
  }, 120_000);

  afterAll(async () => {
    await elsewhere.leave();
    await tables.close();
    await installation.stop();
  });

  const platform = (path: string, value: unknown) =>
    mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path, value }] } });
  const effective = async (path: string) => (await ada.ask(EFFECTIVE, { path })).effectiveConfig.settings[0];
  const sync = async () => (await ada.ask(SYNC)).tenantSyncStatus;

  async function optOut(path: string): Promise<string> {
    const expiresAt = new Date(Date.now() + DAY_MS).toISOString();
    const input = { paths: [path], reason: 'Rain', expiresAt };
    return (await mutate(ada, 'configOptOut', { input }, 'configOptOutId')).configOptOutId;
  }

  /** Lets the end of an opt-out be an hour ago, as if no node had run since; the database's clock cannot be held. */
  async function endAnHourAgo(id: string): Promise<void> {
    await tables.run(`UPDATE config_opt_out SET expires_at = now() - interval '1 hour' WHERE id = $1`, [id]);
    await workIsDue(id);
  }

  const workIsDue = (id: string) =>
    tables.run('UPDATE due_work SET due_at = now(), try_at = now() WHERE subject_id = $1', [id]);

  /** The versions of the tenant's layer by which it caught up. */
  async function catchUps(): Promise<number> {
    const rows = await tables.run(
      `SELECT FROM config_version JOIN configuration ON configuration.id = configuration_id
       WHERE step = 'CATCH_UP' AND tenant_id = $1`,
      [acme.id],
    );
    return rows.length;
  }

  test('57 D L: an opt-out ends once at its time, and then the tenant has the newest version, on every node and in order', async () => {
    await platform(COLOR, '#111111');
    await adoptedByAll(root);
    const id = await optOut(COLOR);
    await platform(COLOR, '#222222');
    await platform('branding.name', 'Lockstep');
    await adoptedByAll(root);
    expect(await effective(COLOR)).toEqual({ value: '#111111', optOut: { id } });
    const after = await ada.now(acme.id);
    const ends = [ada, elsewhere].map((who) => who.follow(CHANGED, { after }));
    const updates = [ada, elsewhere].map((who) => who.follow(UPDATED, { after }));
    await endAnHourAgo(id);
    const ended = { actor: { kind: 'SYSTEM' }, configOptOut: { id, status: 'EXPIRED', reason: 'Rain' } };
    for (const stream of ends) expect(await stream.changes(1)).toMatchObject([ended]);
    const patch = [{ op: 'replace', path: `/${COLOR}`, value: '#222222' }];
    for (const stream of updates)
      expect(await stream.take(1)).toEqual([{ actor: { kind: 'SYSTEM' }, patch }]);
    expect(await effective(COLOR)).toEqual({ value: '#222222', optOut: null });
    expect(await sync()).toEqual({ status: 'SUCCESS', optOuts: [] });
    expect(await catchUps()).toBe(1);
    expect([...ends, ...updates].flatMap(({ unread }) => unread)).toEqual([]);
    await Promise.all([...ends, ...updates].map((stream) => stream.close()));
  });

  test('57: work that comes before an end that was moved ends nothing, and the end that holds stays planned', async () => {
    const id = await optOut(COLOR);
    await mutate(ada, 'configOptOutUpdate', {
      id,
      input: { expiresAt: new Date(Date.now() + 2 * DAY_MS).toISOString() },
    });
    const planned = () =>
      tables.run('SELECT extract(day FROM due_at - now())::int AS days FROM due_work WHERE subject_id = $1', [
        id,
      ]);
    expect(await planned()).toEqual([{ days: 1 }]);
    const after = await ada.now(acme.id);
    const ends = ada.follow(CHANGED, { after });
    await workIsDue(id);
    const other = await optOut('branding.name');
    await endAnHourAgo(other);
    expect(await ends.changes(2)).toMatchObject([
      { __typename: 'ConfigOptOutCreated', configOptOut: { id: other } },
      { __typename: 'ConfigOptOutUpdated', configOptOut: { id: other, status: 'EXPIRED' } },
    ]);
    expect((await sync()).optOuts).toEqual([{ id }]);
    expect(await planned()).toEqual([{ days: 1 }]);
    await ends.close();
    await mutate(ada, 'configCatchUp', { id });
  });

  test('57: of catch-ups on both nodes and an end that is due, one is done', async () => {
    await platform(COLOR, '#333333');
    await adoptedByAll(root);
    const id = await optOut(COLOR);
    await platform(COLOR, '#444444');
    await adoptedByAll(root);
    const before = await catchUps();
    await endAnHourAgo(id);
    await Promise.all([ada, elsewhere, ada, elsewhere].map((who) => mutate(who, 'configCatchUp', { id })));
    expect(await catchUps()).toBe(before + 1);
    expect((await effective(COLOR)).value).toBe('#444444');
    expect(await tables.run('SELECT FROM due_work WHERE subject_id = $1', [id])).toEqual([]);
  });

  test('X 57: the end of an opt-out from a template gives its permissions in running streams', async () => {
    const id = await optOut(CSR);
    await platform(CSR, ['plans:read', 'plans:write']);
    await adoptedByAll(root);
    const after = await ada.now(acme.id);
    const stream = elsewhere.follow(RBAC, { after });
    await endAnHourAgo(id);
    expect(await stream.take(1)).toEqual([
      { roles: [{ role: 'CSR', granted: ['plans:read', 'plans:write'] }] },
    ]);
    await stream.close();
  });

  test('57: of a catch-up, a change of the business type and an end that meet, one ends the opt-out, and nothing stays held', async () => {
    const types = await Promise.all(['lettings', 'storage'].map((key) => aBusinessType(key)));
    await become(types[0]);
    for (const round of [1, 2, 3, 4]) {
      const id = await optOut(COLOR);
      await endAnHourAgo(id);
      await Promise.all([
        become(types[round % 2]),
        mutate(ada, 'configCatchUp', { id }),
        mutate(elsewhere, 'configCatchUp', { id }),
      ]);
      const [row] = await tables.run('SELECT status, version FROM config_opt_out WHERE id = $1', [id]);
      expect(row).toMatchObject({ status: expect.not.stringMatching('ACTIVE'), version: 2 });
      expect(await effective(COLOR)).toEqual({ value: `#${round % 2}00000`, optOut: null });
    }
    const last = await tables.run(
      `SELECT holds FROM config_version JOIN configuration ON configuration.id = configuration_id
       WHERE tenant_id = $1 ORDER BY config_version.version DESC LIMIT 1`,
      [acme.id],
    );
    expect(last).toEqual([{ holds: {} }]);
  });

  const become = (businessTypeId: string | undefined) =>
    mutate(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId } });

  /** A business type that sets the color: the first one to 0, the second one to 1. */
  async function aBusinessType(key: string): Promise<string> {
    const { businessTypeId } = await mutate(
      root,
      'businessTypeCreate',
      { input: { key, name: key } },
      'businessTypeId',
    );
    const set = [{ path: COLOR, value: key === 'lettings' ? '#000000' : '#100000' }];
    await mutate(root, 'configUpdate', { input: { scope: 'BUSINESS_TYPE', businessTypeId, set } });
    return businessTypeId;
  }

  test('57: tenants with equal settings and different opt-outs have different modules when all are derived together', async () => {
    await installation.aTenant('Globex');
    await optOut('modules.status.enabled');
    await platform('modules.status.enabled', false);
    await adoptedByAll(root);
    // Each version of the platform that is about modules derives those of all tenants.
    await platform('modules.files.enabled', false);
    const off = await tables.run<{ name: string }>(
      `SELECT tenant.name FROM module_off JOIN tenant ON tenant.id = tenant_id WHERE module = 'status' ORDER BY 1`,
    );
    expect(off).toEqual([{ name: 'Globex' }]);
  });
});
