import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { StatementWatch } from '../../bench/support/watched-statements.ts';
import { grantedPermissions } from '../../src/rooms.ts';
import { adoptedByAll } from '../support/adopted.ts';
import { anApiToken } from '../support/api-token.ts';
import type { TestApp } from '../support/app.ts';
import { Installation, type TestTenant, type TestUser } from '../support/installation.ts';
import { mutate } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import type { Stream } from '../support/stream.ts';
import { TableDump } from '../support/table-dump.ts';
import { Wire } from '../support/wire.ts';
import { untilWorkIsDone } from '../support/work-done.ts';

const USERS = 100;
const AT_ONCE = 10;
const UPDATED = `subscription ($after: Cursor) { customerUpdated(after: $after) {
  customer { company internalNotes } } }`;
const OWN = 'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked } }';
const NOTES = '{ customers(first: 1) { nodes { internalNotes } } }';
const OF_SUPPORT: readonly string[] = grantedPermissions.of('SUPPORT');
const LESS = OF_SUPPORT.filter((one) => one !== 'notes:read');

const template = (scope: string, value: readonly string[], mode = 'DEFAULT') => ({
  input: { scope, set: [{ path: 'permissions.templates.SUPPORT', value, mode }] },
});
const unset = (scope: string) => ({ input: { scope, unset: ['permissions.templates.SUPPORT'] } });
const shown = (company: string, internalNotes: string | null) => ({
  customerUpdated: { customer: { company, internalNotes } },
});

describeOnPostgres('with two nodes', () => {
  let watch: StatementWatch;
  let installation: Installation;
  let acme: TestTenant;
  let ada: TestUser;
  let root: TestUser;
  let other: TestApp;
  let customerId: string;

  beforeAll(async () => {
    // Before the nodes open their connections.
    watch = new StatementWatch(/config/);
    installation = await Installation.start();
    acme = await installation.aTenant('Acme');
    ada = await installation.aUser('TENANT_ADMIN', { tenantId: acme.id });
    root = await installation.aUser('PLATFORM_ADMIN', {});
    other = await installation.anotherNode();
    customerId = await installation.aCustomer(acme.id);
  });

  afterAll(async () => {
    watch.stop();
    await installation.stop();
  });

  const write = (company: string) =>
    mutate(ada, 'customerUpdate', {
      id: customerId,
      input: { company, internalNotes: `notes of ${company}` },
    });

  async function supporters(count: number): Promise<TestUser[]> {
    const users: TestUser[] = [];
    while (users.length < count) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count) }, () =>
        installation.aUser('SUPPORT', { tenantId: acme.id }),
      );
      users.push(...(await Promise.all(batch)));
    }
    return users;
  }

  test('X: a template takes a right from 100 connected users of two nodes: none of them gets its field from then on, each is notified, and others notice nothing', async () => {
    const users = await supporters(USERS);
    const globex = await installation.aTenant('Globex');
    const gil = await installation.aUser('TENANT_ADMIN', { tenantId: globex.id });
    const after = await ada.now(acme.id);
    const connected = users.map((user, index) => {
      const here: Person = index % 2 === 0 ? user : user.at(other);
      return { rows: here.follow(UPDATED, { after }), own: here.follow(OWN, { after }) };
    });
    const beside = { rows: ada.follow(UPDATED, { after }), own: ada.follow(OWN, { after }) };
    const elsewhere = gil.follow(OWN, { after: await gil.now(globex.id) });
    await write('Before');
    for (const { rows } of [...connected, beside])
      expect(await rows.next()).toMatchObject({ data: shown('Before', 'notes of Before') });

    await Promise.all([mutate(ada, 'configUpdate', template('TENANT', LESS)), write('Beside')]);
    await write('After');
    for (const { rows, own } of connected) {
      expect(await own.event()).toEqual({ granted: [], revoked: ['notes:read'] });
      const { data } = await lastOf(rows, 'After');
      expect(data).toEqual(shown('After', null));
    }
    expect((await lastOf(beside.rows, 'After')).data).toEqual(shown('After', 'notes of After'));

    await mutate(ada, 'configUpdate', unset('TENANT'));
    await write('Again');
    for (const { rows, own } of connected) {
      expect(await own.event()).toEqual({ granted: ['notes:read'], revoked: [] });
      expect(await rows.next()).toMatchObject({ data: shown('Again', 'notes of Again') });
    }
    await mutate(root, 'userRoleSet', { id: gil.userId, role: 'SUPPORT' });
    expect(await elsewhere.event()).not.toMatchObject({ revoked: expect.arrayContaining(['notes:read']) });
  }, 120_000);

  test('X: a lock of the platform reaches running streams, of both nodes, no later than the entry in the feed of the tenant', async () => {
    const [one, two] = await supporters(2);
    if (!one || !two) throw new Error('no users');
    const after = await ada.now(acme.id);
    const streams = [one.follow(UPDATED, { after }), two.at(other).follow(UPDATED, { after })];
    const owns = [one.follow(OWN, { after }), two.at(other).follow(OWN, { after })];
    await mutate(root, 'configUpdate', template('PLATFORM', LESS, 'LOCKED'));
    for (const person of [one, two.at(other)])
      expect((await person.run(NOTES)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    for (const own of owns) expect(await own.event()).toEqual({ granted: [], revoked: ['notes:read'] });
    await write('Locked');
    for (const stream of streams) expect((await stream.next()).data).toEqual(shown('Locked', null));
    await mutate(root, 'configUpdate', unset('PLATFORM'));
    for (const own of owns) expect(await own.event()).toEqual({ granted: ['notes:read'], revoked: [] });
  }, 60_000);

  test('a permission check costs no statement of its own: the settings are read once for each version of their layers', async () => {
    // The counts of runs and the adoptions of tenants read settings, too.
    await adoptedByAll(root);
    const [sue] = await supporters(1);
    const ask = () => Promise.all(Array.from({ length: 20 }, () => sue?.ask(NOTES)));
    const ledger = async () =>
      (await watch.during(ask)).filter(({ text }) => text.includes('config_setting')).length;
    await ask();
    expect(await ledger()).toBe(0);
    await mutate(ada, 'configUpdate', template('TENANT', [...OF_SUPPORT, 'teams:write']));
    // The work that follows from the change reads settings, too.
    const tables = await TableDump.open(installation.app.config.databaseUrl);
    await untilWorkIsDone(tables);
    await tables.close();
    await ask();
    expect(await ledger()).toBe(0);
    const statements = await watch.during(() => sue?.ask('{ viewer { id } }') ?? Promise.resolve());
    // The node looks for due work in between.
    const ofRights = statements.filter(({ text }) => !text.includes('due_work'));
    expect(ofRights.map(({ text }) => text)).toEqual([expect.stringContaining('FROM "user" AS person')]);
  });

  test('nor does it in a request with an API token, in one on a socket, or in an event of a stream', async () => {
    await adoptedByAll(root);
    const [sue] = await supporters(1);
    const { client } = await anApiToken(ada, ada.url, ['customers:read', 'notes:read']);
    const wire = await Wire.signedIn(ada.url, sue?.token ?? '');
    const stream = sue?.follow(UPDATED, { after: await ada.now(acme.id) });
    const ways: Record<string, () => Promise<unknown>> = {
      token: () => client.ask(NOTES),
      socket: async () => {
        const id = crypto.randomUUID();
        wire.subscribe(id, NOTES);
        expect(await wire.next()).toMatchObject({ id, type: 'next' });
        expect(await wire.next()).toMatchObject({ id, type: 'complete' });
      },
      stream: async () => {
        await write('Another one');
        expect(await stream?.event()).toMatchObject({ customer: { company: 'Another one' } });
        await write('One');
        await stream?.event();
      },
    };
    for (const [way, use] of Object.entries(ways)) {
      await use();
      const again = await watch.during(use);
      const reads = again.filter(({ text }) => text.includes('config_setting')).map(() => way);
      expect(reads).toEqual([]);
    }
    await wire.close();
  });
});

/** The first event of a company: what was written beside the change may be shown under either right. */
async function lastOf(rows: Stream, company: string) {
  for (;;) {
    const result = await rows.next();
    if (JSON.stringify(result.data).includes(company)) return result;
  }
}
