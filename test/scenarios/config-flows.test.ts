import { afterAll, expect, test } from '@jest/globals';
import { mutate } from '../support/mutate.ts';
import { aFrontEnd, type FrontEnd } from '../support/real-clients.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const { url } = installation.app;
const root = await installation.aUser('PLATFORM_ADMIN', {});
/** The administrator of the tenant, one of its users, and a stranger of another tenant, each at a front end of its own. */
const [admin, member, stranger, staff] = await Promise.all([
  aFrontEnd('apollo', url, ada),
  aFrontEnd('urql', url, cleo),
  aFrontEnd('graphqlWs', url, gil),
  aFrontEnd('apollo', url, root),
]);

afterAll(() => {
  for (const frontEnd of [admin, member, stranger, staff]) frontEnd.stop();
});

const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) {
  patch refetch configuration { scope } } }`;
const RBAC =
  'subscription ($after: Cursor) { rbacChanged(after: $after) { roles { role revoked granted } } }';
const OWN = 'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked } }';
const COMPLETED = `subscription ($after: Cursor) { syncRunCompleted(after: $after) {
  syncRun { total succeededCount partialCount failedCount } } }`;
const REPORTED = `subscription ($after: Cursor) { tenantConfigReported(after: $after) {
  configDeviation { tenantId path } } }`;
const PREFERENCES = '{ notificationPreferences { paymentChannels digest } }';
const FORBIDDEN = { error: ['FORBIDDEN'] };
const SECRET = 'canary-of-the-flows-9f27';

/** Makes the event that a stream receives next if nothing before it was for its user. */
async function sentinel(who: typeof ada, name: string): Promise<void> {
  await mutate(who, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'branding.name', value: name }] },
  });
}
const branded = (name: string) =>
  expect.objectContaining({ patch: [{ op: 'replace', path: '/branding.name', value: name }] });
const nodes = async (who: FrontEnd, query: string, field: string) => (await who.ask(query))[field].nodes;

test('the platform changes a permission template: it reaches tenants and their users, and those whose rights stay are not told', async () => {
  const template = 'permissions.templates.CSR';
  const own = ['customers:read'];
  // Globex has a template of its own: that of the platform changes nothing there, but is a conflict.
  await mutate(gil, 'permissionTemplateUpdate', {
    input: { scope: 'TENANT', role: 'CSR', permissions: own, mode: 'DEFAULT' },
  });
  const [at, there, above] = [await ada.now(acme.id), await gil.now(globex.id), await platformNow()];
  const seen = {
    admin: admin.follow(RBAC, { after: at }),
    updates: admin.follow(UPDATED, { after: at }),
    member: member.follow(OWN, { after: at }),
    others: member.follow(UPDATED, { after: at }),
    stranger: stranger.follow(RBAC, { after: there }),
    staff: staff.follow(COMPLETED, { after: above }),
  };
  expect(await member.follow(RBAC, { after: at }).next()).toEqual(FORBIDDEN);
  expect(await admin.follow(COMPLETED).next()).toEqual(FORBIDDEN);
  const { permissions } = (await member.ask('{ viewer { permissions } }')).viewer;
  const left = permissions.filter((one: string) => one !== 'contacts:read');
  await mutate(root, 'permissionTemplateUpdate', {
    input: { scope: 'PLATFORM', role: 'CSR', permissions: left },
  });
  expect(await seen.member.next()).toMatchObject({ granted: [], revoked: ['contacts:read'] });
  expect((await member.ask('{ viewer { permissions } }')).viewer.permissions).toEqual(left);
  expect(await seen.admin.next()).toMatchObject({
    roles: [{ role: 'CSR', granted: [], revoked: ['contacts:read'] }],
  });
  const update = await seen.updates.next();
  expect(update.patch.map(({ path }: { path: string }) => path)).toEqual([`/${template}`]);
  expect(update.refetch).toContain('PermissionTemplate');
  expect(await seen.staff.next()).toMatchObject({
    syncRun: { total: 2, succeededCount: 1, partialCount: 1, failedCount: 0 },
  });
  // The path is for the staff, so the next update of the other user is the one after it, of which it sees what is for users.
  const mixed = [
    { path: 'auth.session.maxHours', value: 24 },
    { path: 'branding.name', value: 'After the template' },
  ];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: mixed } });
  expect(await seen.others.next()).toEqual(branded('After the template'));
  // Nothing changed at the stranger’s: the next event there is of its own change.
  await mutate(gil, 'permissionTemplateUpdate', {
    input: { scope: 'TENANT', role: 'CSR', permissions: [...own, 'plans:read'] },
  });
  expect(await seen.stranger.next()).toMatchObject({
    roles: [{ role: 'CSR', granted: ['plans:read'], revoked: [] }],
  });
});

async function platformNow(): Promise<string> {
  return (await root.ask('{ syncRuns(first: 1) { feedCursor } }')).syncRuns.feedCursor;
}

test('a tenant configures its notifications: its users have them, one who has decided otherwise keeps that, the platform has a report, and no one a secret', async () => {
  await mutate(root, 'syncRuleCreate', {
    input: {
      ...{ name: 'Report notifications', triggers: ['notifications.**'], targetScopes: ['TENANT'] },
      ...{ direction: 'UP', strategy: 'TENANT_WINS', priority: 900 },
    },
  });
  await mutate(cleo, 'notificationPreferencesUpdate', { input: { scope: 'USER', digest: 'NEVER' } });
  const [at, there, above] = [await ada.now(acme.id), await gil.now(globex.id), await platformNow()];
  const seen = {
    admin: admin.follow(UPDATED, { after: at }),
    member: member.follow(UPDATED, { after: at }),
    stranger: stranger.follow(UPDATED, { after: there }),
    staff: staff.follow(REPORTED, { after: above }),
  };
  expect(await admin.follow(REPORTED).next()).toEqual(FORBIDDEN);
  const sms = { service: 'TWILIO', sender: 'Acme' };
  await mutate(ada, 'notificationProviderUpdate', {
    input: { scope: 'TENANT', channel: 'SMS', sms, secret: SECRET },
  });
  await mutate(ada, 'notificationPreferencesUpdate', {
    input: { scope: 'TENANT', paymentChannels: ['EMAIL', 'SMS'], digest: 'DAILY' },
  });
  const [provider, preferences] = [await seen.admin.next(), await seen.admin.next()];
  expect(provider.refetch).toContain('NotificationProvider');
  expect(preferences.refetch).toContain('NotificationPreferences');
  const toMember = await seen.member.next();
  expect(toMember.refetch).toEqual(['EffectiveConfig', 'NotificationPreferences']);
  const of = async (who: FrontEnd) => (await who.ask(PREFERENCES)).notificationPreferences;
  expect(await of(member)).toMatchObject({ paymentChannels: ['EMAIL', 'SMS'], digest: 'NEVER' });
  expect(await of(admin)).toMatchObject({ paymentChannels: ['EMAIL', 'SMS'], digest: 'DAILY' });
  expect((await of(stranger)).paymentChannels).not.toContain('SMS');
  const reports = [await seen.staff.next(), await seen.staff.next()];
  expect(reports.map(({ configDeviation }) => configDeviation.tenantId)).toEqual([acme.id, acme.id]);
  await sentinel(gil, 'Globex');
  expect(await seen.stranger.next()).toEqual(branded('Globex'));
  expect(JSON.stringify([provider, preferences, toMember, reports])).not.toContain(SECRET);
});

test('a module off ends the streams of the tenant alone, and on again its rows are back', async () => {
  const PROPERTIES = '{ properties { totalCount } }';
  const CHANGES = 'subscription ($after: Cursor) { propertyChanged(after: $after) { __typename } }';
  const MODULE =
    'subscription ($after: Cursor) { moduleChanged(after: $after) { modules { name isEnabled } } }';
  const [at, there] = [await ada.now(acme.id), await gil.now(globex.id)];
  const seen = {
    admin: admin.follow(CHANGES, { after: at }),
    stranger: stranger.follow(CHANGES, { after: there }),
    member: member.follow(MODULE, { after: at }),
    elsewhere: stranger.follow(MODULE, { after: there }),
  };
  const turn = (who: typeof ada, value: boolean) =>
    mutate(who, 'configUpdate', {
      input: { scope: 'TENANT', set: [{ path: 'modules.properties.enabled', value }] },
    });
  const before = await admin.ask(PROPERTIES);
  for (const stream of [seen.admin, seen.stranger])
    expect(await stream.next()).toMatchObject({ __typename: 'FeedPosition' });
  await turn(ada, false);
  expect(await seen.admin.next()).toEqual({ error: ['MODULE_DISABLED'] });
  await expect(admin.ask(PROPERTIES)).rejects.toThrow();
  const isOn = (isEnabled: boolean) =>
    expect.objectContaining({
      modules: expect.arrayContaining([expect.objectContaining({ name: 'PROPERTIES', isEnabled })]),
    });
  expect(await seen.member.next()).toEqual(isOn(false));
  expect((await stranger.ask(PROPERTIES)).properties).toBeDefined();
  await turn(ada, true);
  expect(await seen.member.next()).toEqual(isOn(true));
  expect(await admin.ask(PROPERTIES)).toEqual(before);
  await turn(gil, false);
  expect(await seen.elsewhere.next()).toEqual(isOn(false));
  expect(await seen.stranger.next()).toEqual({ error: ['MODULE_DISABLED'] });
  await turn(gil, true);
});

test('a conflict is found, seen by those who may decide it, resolved, and by no one else', async () => {
  await mutate(root, 'syncRuleCreate', {
    input: {
      ...{ name: 'Merge the presentation', triggers: ['business.*'], targetScopes: ['TENANT'] },
      ...{ direction: 'DOWN', strategy: 'MERGE', priority: 901 },
    },
  });
  const DETECTED = `subscription ($after: Cursor) { configConflictDetected(after: $after) {
    configConflict { path status } } }`;
  const RESOLVED = `subscription ($after: Cursor) { configConflictResolved(after: $after) {
    configConflict { path resolution } } }`;
  const [at, there] = [await ada.now(acme.id), await gil.now(globex.id)];
  const seen = {
    detected: admin.follow(DETECTED, { after: at }),
    resolved: admin.follow(RESOLVED, { after: at }),
    stranger: stranger.follow(DETECTED, { after: there }),
  };
  expect(await member.follow(DETECTED, { after: at }).next()).toEqual(FORBIDDEN);
  const labels = async (who: typeof ada, scope: string, unit: string) =>
    mutate(who, 'configUpdate', { input: { scope, set: [{ path: 'business.labels', value: { unit } }] } });
  await labels(root, 'PLATFORM', 'Flat');
  await adopted();
  await labels(ada, 'TENANT', 'Home');
  await labels(root, 'PLATFORM', 'Unit');
  expect(await seen.detected.next()).toMatchObject({
    configConflict: { path: 'business.labels', status: 'OPEN' },
  });
  const [conflict] = await nodes(
    admin,
    '{ configConflicts(filter: { status: { equals: OPEN } }) { nodes { id ours { value } theirs { value } } } }',
    'configConflicts',
  );
  expect(conflict).toMatchObject({ ours: { value: { unit: 'Home' } }, theirs: { value: { unit: 'Unit' } } });
  await mutate(ada, 'configConflictResolve', { id: conflict.id, input: { side: 'PLATFORM' } });
  expect(await seen.resolved.next()).toMatchObject({
    configConflict: { path: 'business.labels', resolution: 'PLATFORM' },
  });
  const EFFECTIVE = '{ effectiveConfig(paths: ["business.labels"]) { settings { value } } }';
  for (const who of [admin, member, stranger])
    expect((await who.ask(EFFECTIVE)).effectiveConfig.settings[0].value).toEqual({ unit: 'Unit' });
  const all = '{ configConflicts { nodes { path } } }';
  expect(await nodes(stranger, all, 'configConflicts')).not.toContainEqual({ path: 'business.labels' });
  // The first conflict of the stranger’s tenant is its own.
  await labels(gil, 'TENANT', 'House');
  await labels(root, 'PLATFORM', 'Home');
  expect(await seen.stranger.next()).toMatchObject({ configConflict: { status: 'OPEN' } });
});

async function adopted(): Promise<void> {
  for (const { id } of [acme, globex]) {
    const status = 'query ($id: ID) { tenantSyncStatus(tenantId: $id) { status } }';
    while ((await root.ask(status, { id })).tenantSyncStatus.status === 'PENDING');
  }
}

test('a tenant opts out of a change and catches up: its users keep what they had until then, others have it before, and only the staff sees why', async () => {
  const OPT_OUTS = `subscription ($after: Cursor) { configOptOutChanged(after: $after) { __typename
    ... on ConfigOptOutEvent { configOptOut { status } } } }`;
  const COLOR = '{ branding { primaryColor } }';
  const platform = (value: string) =>
    mutate(root, 'configUpdate', {
      input: { scope: 'PLATFORM', set: [{ path: 'branding.primaryColor', value }] },
    });
  await platform('#111111');
  await adopted();
  const [at, there] = [await ada.now(acme.id), await gil.now(globex.id)];
  const seen = {
    admin: admin.follow(OPT_OUTS, { after: at }),
    member: member.follow(UPDATED, { after: at }),
    stranger: stranger.follow(UPDATED, { after: there }),
  };
  expect(await member.follow(OPT_OUTS, { after: at }).next()).toEqual(FORBIDDEN);
  const input = {
    ...{ reason: 'The fair is next week.', paths: ['branding.primaryColor'] },
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  };
  const { configOptOutId: id } = await mutate(ada, 'configOptOut', { input }, 'configOptOutId');
  await platform('#222222');
  expect(await seen.stranger.next()).toMatchObject({ patch: [{ value: '#222222' }] });
  await adopted();
  expect((await member.ask(COLOR)).branding.primaryColor).toBe('#111111');
  await mutate(ada, 'configCatchUp', { id });
  // Neither the opt-out nor the change that it kept back was an event of the member.
  expect(await seen.member.next()).toMatchObject({ patch: [{ value: '#222222' }] });
  expect((await member.ask(COLOR)).branding.primaryColor).toBe('#222222');
  const statuses: string[] = [];
  while (statuses.length < 2) {
    const { configOptOut } = await seen.admin.next();
    if (configOptOut) statuses.push(configOptOut.status);
  }
  expect(statuses).toEqual(['ACTIVE', 'CAUGHT_UP']);
  await sentinel(gil, 'Globex again');
  expect(await seen.stranger.next()).toEqual(branded('Globex again'));
});
