import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { inboxOf } from '../support/notified.ts';
import type { Person } from '../support/person.ts';
import { describeOnPostgres } from '../support/real-servers.ts';
import { aStage } from '../support/stage.ts';
import { TableDump } from '../support/table-dump.ts';
import { untilWorkIsDone } from '../support/work-done.ts';

const { installation, acme, ada, cleo, sam, gil, olga } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR', sam: 'SUPPORT', olga: 'ORGANIZATION_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const { root } = installation;
const ALL = { ada, cleo, sam, gil, olga, root };

const COMPLETED = 'subscription ($after: Cursor) { syncRunCompleted(after: $after) { entityId } }';

interface Setting {
  readonly path: string;
  readonly value?: unknown;
  readonly secret?: string;
  readonly mode?: string;
}

const write = (who: Person, scope: string, ...set: Setting[]) =>
  mutate(who, 'configUpdate', { input: { scope, set } });

/** Writes settings of the platform, which every tenant then adopts. */
async function writeAbove(...set: Setting[]): Promise<void> {
  const after = (await root.ask('{ syncRuns(first: 1) { feedCursor } }')).syncRuns.feedCursor;
  const completed = root.follow(COMPLETED, { after });
  await write(root, 'PLATFORM', ...set);
  await completed.take(1);
  await completed.close();
}

const ofSettings = async (who: Person) =>
  (await inboxOf(who)).told.filter(({ messageKey }) => messageKey === 'configurationChanged');

/** The unread notifications of settings, by user: the number of times and the text. */
async function unread(): Promise<Record<string, readonly unknown[]>> {
  const found: Record<string, readonly unknown[]> = {};
  for (const [name, person] of Object.entries(ALL)) {
    const told = (await ofSettings(person)).filter(({ isRead }) => !isRead);
    if (told.length > 0) found[name] = told.flatMap(({ count, text }) => [count, text]);
  }
  return found;
}

const SETTINGS = 'Settings that act on you have changed:';

describeOnPostgres('notifications of settings', () => {
  let tables: TableDump;

  beforeAll(async () => {
    tables = await TableDump.open(String(installation.app.config.databaseUrl));
  });

  afterAll(() => tables.close());

  const done = () => untilWorkIsDone(tables, ['configurationAdoption', 'notificationFanOut']);

  beforeEach(async () => {
    await done();
    for (const person of Object.values(ALL)) await mutate(person, 'notificationsMarkAllRead', {});
  });

  test('64: no user is notified of what is for the staff, of what is seen anyway, of a secret, or of its own settings', async () => {
    await write(ada, 'TENANT', { path: 'auth.providers.google', value: { clientId: 'lockstep' } });
    await write(ada, 'TENANT', { path: 'auth.providers.google.secret', secret: 'a client secret of Acme' });
    await write(ada, 'TENANT', { path: 'auth.session.idleMinutes', value: 600 });
    await write(ada, 'TENANT', { path: 'branding.primaryColor', value: '#123456' });
    await write(cleo, 'USER', { path: 'notifications.language', value: 'de' });
    await done();
    expect(await unread()).toEqual({});
  });

  test('64: a change of the tenant reaches its users, not the author, another tenant, or users above tenants', async () => {
    await write(ada, 'TENANT', { path: 'auth.password.minLength', value: 12 });
    await done();
    const told = [1, `${SETTINGS} AUTH.`];
    expect(await unread()).toEqual({ cleo: told, sam: told });
    const [found] = await ofSettings(cleo);
    expect(found).toMatchObject({ severity: 'INFO', entityType: 'Configuration' });
  });

  test('64: several changes are one notification with their number, until it is read', async () => {
    for (const value of [13, 14]) await write(ada, 'TENANT', { path: 'auth.password.minLength', value });
    await write(
      ada,
      'TENANT',
      { path: 'modules.files.enabled', value: false },
      { path: 'notifications.incidents.channels', value: ['PUSH'] },
    );
    await done();
    const told = [3, `${SETTINGS} MODULES, NOTIFICATIONS. (3×)`];
    expect(await unread()).toEqual({ cleo: told, sam: told });
    await mutate(cleo, 'notificationsMarkAllRead', {});
    await write(ada, 'TENANT', { path: 'auth.password.minLength', value: 15 });
    await done();
    expect(await unread()).toEqual({
      cleo: [1, `${SETTINGS} AUTH.`],
      sam: [4, `${SETTINGS} AUTH. (4×)`],
    });
  });

  test('64: a user whose own value still acts is not notified, until a lock above passes over it; nor is one whose value is the locked one already', async () => {
    const digest = (value: string, mode = 'DEFAULT') => ({ path: 'notifications.digest', value, mode });
    await write(cleo, 'USER', digest('NEVER'));
    await write(ada, 'TENANT', digest('WEEKLY'));
    await done();
    expect(await unread()).toEqual({ sam: [1, `${SETTINGS} NOTIFICATIONS.`] });
    // The value of Globex is DAILY by default, and stays so.
    await writeAbove(digest('DAILY', 'LOCKED'));
    await done();
    expect(await unread()).toEqual({
      ada: [1, `${SETTINGS} NOTIFICATIONS.`],
      cleo: [1, `${SETTINGS} NOTIFICATIONS.`],
      sam: [2, `${SETTINGS} NOTIFICATIONS. (2×)`],
    });
  });

  test('64: what tenants adopt reaches the users of each whose value it changes, and no user of another one', async () => {
    // Acme has channels of its own.
    await writeAbove({ path: 'notifications.incidents.channels', value: ['EMAIL', 'SMS'] });
    await done();
    expect(await unread()).toEqual({ gil: [1, `${SETTINGS} NOTIFICATIONS.`] });
  });

  test('64: a user that came after the change is not notified of it', async () => {
    await write(ada, 'TENANT', { path: 'auth.password.minLength', value: 16 });
    await done();
    const late = await installation.aUser('SUPPORT', { tenantId: acme.id });
    const [layer] = await tables.run<{ id: string; version: number }>(
      "SELECT id, version FROM configuration WHERE scope = 'TENANT' AND tenant_id = $1",
      [acme.id],
    );
    // As if no node had been there to notify until now.
    await tables.run(
      `WITH cause AS (
        INSERT INTO notification_cause (id, message_key, entity_type, entity_id, feed, detail)
        VALUES (gen_random_uuid(), 'configurationChanged', 'Configuration', $1, $2, $3) RETURNING id
      ) INSERT INTO due_work (id, kind, subject_id, feed, due_at, try_at)
      SELECT gen_random_uuid(), 'notificationFanOut', id, $2, now(), now() FROM cause`,
      [layer?.id, acme.id, { version: layer?.version, types: 'AUTH' }],
    );
    await done();
    const told = [2, `${SETTINGS} AUTH. (2×)`];
    expect(await unread()).toEqual({ cleo: told, sam: told });
    expect(await ofSettings(late)).toEqual([]);
  });
});
