import { expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, abe, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', abe: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
// Permission templates are merged by the rule that exists from the start.
await mutate(root, 'syncRuleCreate', {
  input: {
    name: 'Presentation',
    triggers: ['branding.*', 'business.*', 'auth.password.minLength'],
    targetScopes: ['TENANT'],
    direction: 'DOWN',
    strategy: 'MERGE',
    priority: 1,
  },
});

const COLOR = 'branding.primaryColor';
const NAME = 'branding.name';
const MAIL = 'branding.supportEmail';
const CONFLICT = `id version path status resolution scope baseVersion layerVersion ownVersion strategy
  base { value } theirs { value } ours { value } resolvedById
  suggestions { side value messageKey params }`;
const CONFLICTS = `query ($tenantId: ID, $path: String) {
  configConflicts(tenantId: $tenantId, filter: { path: { equals: $path } }) { nodes { ${CONFLICT} } } }`;
const STATUS = `query ($tenantId: ID) { tenantSyncStatus(tenantId: $tenantId) {
  status openConflicts platform { newestVersion adoptedVersion } } }`;
const VERSIONS = `query ($tenantId: ID) { configurations(tenantId: $tenantId, filter: { scope: { equals: TENANT } }) {
  nodes { id version } } }`;
const EFFECTIVE = `query ($paths: [String!]) { effectiveConfig(paths: $paths) {
  version settings { value scope contributions { scope value standing } } } }`;
const DETECTED = `subscription ($after: Cursor) { configConflictDetected(after: $after) {
  configConflict { path status } } }`;
const RESOLVED = `subscription ($after: Cursor) { configConflictResolved(after: $after) {
  configConflict { path status resolution } } }`;

/** Writes paths above tenants, and waits until the tenants have adopted them. */
async function above(entries: object, mode = 'DEFAULT') {
  const set = Object.entries(entries).map(([path, value]) => ({ path, value, mode }));
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set } });
  await adoptedByAll(root);
}

async function withdraw(path: string) {
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
  await adoptedByAll(root);
}

const own = (who: Person, entries: object) =>
  mutate(who, 'configUpdate', {
    input: { scope: 'TENANT', set: Object.entries(entries).map(([path, value]) => ({ path, value })) },
  });

async function conflictOf(who: Person, path: string) {
  return (await who.ask(CONFLICTS, { path })).configConflicts.nodes[0];
}

/** Has the platform and Acme disagree about a path: 1 above at first, then 2 there and 3 in Acme. */
async function disagree(path: string, [base, ours, theirs]: readonly [unknown, unknown, unknown]) {
  await above({ [path]: base });
  await own(ada, { [path]: ours });
  await above({ [path]: theirs });
  return conflictOf(ada, path);
}

async function effective(who: Person, path: string) {
  return (await who.ask(EFFECTIVE, { paths: [path] })).effectiveConfig.settings[0];
}

const resolve = (who: Person, conflict: { id: string }, input: object, more: object = {}) =>
  mutate(who, 'configConflictResolve', { id: conflict.id, input, ...more }, `configConflict { ${CONFLICT} }`);

const COLORS = ['#111111', '#222222', '#333333'] as const;

test('T: users that may not read configuration, and those of another tenant, see and resolve no conflict', async () => {
  const conflict = await disagree(COLOR, COLORS);
  expect(await conflictOf(gil, COLOR)).toBeUndefined();
  const listed = await cleo.run(CONFLICTS, { path: COLOR });
  expect(listed.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const decision = { id: conflict.id, input: { side: 'TENANT' } };
  const none = { id: crypto.randomUUID(), input: { side: 'TENANT' } };
  const foreign = await refusals(gil, 'configConflictResolve', decision);
  expect(foreign).toMatchObject([{ code: 'NOT_FOUND', path: ['id'] }]);
  expect(foreign).toEqual(await refusals(gil, 'configConflictResolve', none));
  expect((await refusals(cleo, 'configConflictResolve', decision))[0]?.code).toBe('FORBIDDEN');
  expect(await conflictOf(ada, COLOR)).toMatchObject({ status: 'OPEN' });
});

test('a resolution that is no decision, that does not fit the path, or that is stale is refused', async () => {
  const { id, version } = await conflictOf(ada, COLOR);
  const refused = (input: object, more: object = {}) =>
    refusals(ada, 'configConflictResolve', { id, input, ...more });
  const neither = [{ code: 'INVALID_INPUT', path: ['input'] }];
  expect(await refused({})).toMatchObject(neither);
  expect(await refused({ side: 'TENANT', value: '#444444' })).toMatchObject(neither);
  const value = [{ code: 'INVALID_INPUT', path: ['input', 'value'] }];
  expect(await refused({ value: 'blue' })).toMatchObject(value);
  expect(await refused({ value: null })).toMatchObject(value);
  expect(await refused({ value: 'x'.repeat(200_000) })).toMatchObject(value);
  expect(await refused({ value: JSON.parse('{ "__proto__": 1 }') })).toMatchObject(value);
  const stale = { expectedVersion: version + 1 };
  expect(await refused({ side: 'TENANT' }, stale)).toMatchObject([{ code: 'VERSION_CONFLICT' }]);
  expect(await conflictOf(ada, COLOR)).toMatchObject({ id, version, status: 'OPEN' });
});

test('an open conflict holds its path, says both sides, and everything else is adopted: the tenant is PARTIAL', async () => {
  await above({ [MAIL]: 'help@lockstep.test' });
  expect(await conflictOf(ada, COLOR)).toMatchObject({
    ...{ path: COLOR, status: 'OPEN', resolution: null, scope: 'PLATFORM', strategy: 'MERGE' },
    ...{ baseVersion: 1, layerVersion: 2, ownVersion: 2 },
    base: { value: COLORS[0] },
    ours: { value: COLORS[1] },
    theirs: { value: COLORS[2] },
    suggestions: [{ side: 'PLATFORM', value: COLORS[2], messageKey: 'MORE_RECENT' }],
  });
  expect(await effective(ada, COLOR)).toMatchObject({
    value: COLORS[1],
    contributions: [{ scope: 'PLATFORM', value: COLORS[0] }, { scope: 'TENANT' }],
  });
  expect(await effective(ada, MAIL)).toMatchObject({ value: 'help@lockstep.test' });
  expect((await ada.ask(STATUS)).tenantSyncStatus).toMatchObject({ status: 'PARTIAL', openConflicts: 1 });
  expect((await gil.ask(STATUS)).tenantSyncStatus).toMatchObject({ status: 'SUCCESS', openConflicts: 0 });
  expect((await root.ask('{ syncHealth { succeeded partial } }')).syncHealth).toEqual({
    succeeded: 1,
    partial: 1,
  });
  const { nodes } = (await root.ask('{ syncRuns(first: 1) { nodes { id } } }')).syncRuns;
  const targets = `query ($id: ID!, $tenantId: ID) { syncRun(id: $id) { targets(tenantId: $tenantId) {
    nodes { status openConflicts } } } }`;
  expect((await root.ask(targets, { id: nodes[0].id, tenantId: acme.id })).syncRun.targets.nodes).toEqual([
    { status: 'PARTIAL', openConflicts: 1 },
  ]);
});

test('D: a newer version above opens the conflict again with the old base, and each is detected once', async () => {
  const after = await ada.now(acme.id);
  const stream = ada.follow(DETECTED, { after });
  await above({ [COLOR]: '#555555' });
  expect(await conflictOf(ada, COLOR)).toMatchObject({
    status: 'OPEN',
    base: { value: COLORS[0] },
    theirs: { value: '#555555' },
    baseVersion: 1,
  });
  await disagree(NAME, ['One', 'Two', 'Three']);
  expect(await stream.take(2)).toMatchObject([
    { configConflict: { path: COLOR, status: 'OPEN' } },
    { configConflict: { path: NAME, status: 'OPEN' } },
  ]);
});

test('a lock above decides, in place of a conflict; and it refuses a resolution that sets what it locks', async () => {
  const { id } = await conflictOf(ada, NAME);
  const input = { scope: 'PLATFORM', set: [{ path: NAME, value: 'Locked', mode: 'LOCKED' }] };
  await mutate(root, 'configUpdate', { input });
  const late = await refusals(ada, 'configConflictResolve', { id, input: { value: 'Four' } });
  expect(late).toMatchObject([{ code: 'INVALID_STATE' }]);
  await adoptedByAll(root);
  expect(await conflictOf(ada, NAME)).toMatchObject({ status: 'CLOSED', resolution: 'MODE_ABOVE' });
  expect(await effective(ada, NAME)).toMatchObject({ value: 'Locked' });
  await withdraw(NAME);
  expect(await effective(ada, NAME)).toMatchObject({ value: 'Two' });
  expect(await conflictOf(ada, NAME)).toMatchObject({ status: 'CLOSED' });
});

test('each resolution is one version of the tenant’s layer, and a repeated request is one', async () => {
  const stream = ada.follow(RESOLVED, { after: await ada.now(acme.id) });
  const versionOf = async () => (await ada.ask(VERSIONS)).configurations.nodes[0].version;
  const before = await versionOf();
  const key = { idempotencyKey: crypto.randomUUID() };
  const conflict = await conflictOf(ada, COLOR);
  for (let tries = 0; tries < 2; tries += 1) {
    const { configConflict } = await resolve(ada, conflict, { side: 'TENANT' }, key);
    expect(configConflict).toMatchObject({
      status: 'RESOLVED',
      resolution: 'TENANT',
      resolvedById: ada.userId,
    });
  }
  expect(await versionOf()).toBe(before + 1);
  expect(
    await refusals(abe, 'configConflictResolve', { id: conflict.id, input: { side: 'PLATFORM' } }),
  ).toMatchObject([{ code: 'INVALID_STATE', path: ['id'] }]);
  expect(await effective(ada, COLOR)).toMatchObject({
    value: COLORS[1],
    contributions: [{ scope: 'PLATFORM', value: '#555555' }, { scope: 'TENANT' }],
  });
  expect((await ada.ask(STATUS)).tenantSyncStatus).toMatchObject({ status: 'SUCCESS', openConflicts: 0 });
  expect(await stream.take(1)).toMatchObject([
    { configConflict: { path: COLOR, status: 'RESOLVED', resolution: 'TENANT' } },
  ]);
});

test('a resolved conflict is opened again by a newer change, from what was adopted with the resolution', async () => {
  await above({ [COLOR]: '#666666' });
  const again = await conflictOf(ada, COLOR);
  expect(again).toMatchObject({ status: 'OPEN', resolution: null, base: { value: '#555555' } });
  const { configConflict } = await resolve(ada, again, { side: 'PLATFORM' });
  expect(configConflict).toMatchObject({ resolution: 'PLATFORM', ours: null });
  expect(await effective(ada, COLOR)).toMatchObject({
    value: '#666666',
    scope: 'PLATFORM',
    contributions: [{ scope: 'PLATFORM' }],
  });
  await above({ [COLOR]: '#777777' });
  expect(await effective(ada, COLOR)).toMatchObject({ value: '#777777' });
});

test('a value of neither side acts; null is such a value', async () => {
  const conflict = await disagree(NAME, ['One', 'Two', 'Three']);
  await resolve(ada, conflict, { value: null });
  expect(await effective(ada, NAME)).toMatchObject({ value: null, scope: 'TENANT' });
});

test('sides that are equal close a conflict, whichever of them moves', async () => {
  const closed = { status: 'CLOSED', resolution: 'AGREED' };
  await disagree(COLOR, COLORS);
  await own(ada, { [COLOR]: COLORS[2] });
  expect(await conflictOf(ada, COLOR)).toMatchObject(closed);
  await own(ada, { [COLOR]: COLORS[1] });
  await disagree(MAIL, ['a@lockstep.test', 'b@lockstep.test', 'c@lockstep.test']);
  await above({ [MAIL]: 'b@lockstep.test' });
  expect(await conflictOf(ada, MAIL)).toMatchObject(closed);
  await disagree(MAIL, ['a@lockstep.test', 'b@lockstep.test', 'c@lockstep.test']);
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: [MAIL] } });
  expect(await conflictOf(ada, MAIL)).toMatchObject({ status: 'CLOSED', resolution: 'NOTHING_OWN' });
  expect(await effective(ada, MAIL)).toMatchObject({ value: 'c@lockstep.test' });
});

test('sets are merged by themselves, and a tenant that has not changed its copy follows: no value is copied down', async () => {
  const template = 'permissions.templates.CSR';
  await above({ [template]: ['customers:read', 'plans:read'] });
  await own(ada, { [template]: ['customers:read', 'plans:read', 'maintenance:read'] });
  await above({ [template]: ['customers:read', 'payments:read'] });
  expect(await conflictOf(ada, template)).toBeUndefined();
  expect(await effective(ada, template)).toMatchObject({
    value: ['customers:read', 'maintenance:read', 'payments:read'],
    scope: 'TENANT',
  });
  const labels = 'business.labels';
  await above({ [labels]: { unit: 'Flat', room: 'Room' } });
  await own(ada, { [labels]: { unit: 'Flat', room: 'Space' } });
  await above({ [labels]: { unit: 'Home', room: 'Room' } });
  expect(await effective(ada, labels)).toMatchObject({
    value: { unit: 'Home', room: 'Space' },
    contributions: [{ scope: 'PLATFORM' }, { scope: 'TENANT', value: { room: 'Space' } }],
  });
  await above({ 'auth.password.minLength': 12 });
  await own(ada, { 'auth.password.minLength': 12 });
  await above({ 'auth.password.minLength': 14 });
  expect(await effective(ada, 'auth.password.minLength')).toMatchObject({ value: 14, scope: 'PLATFORM' });
});

test('a resolution gives no more than its author may give', async () => {
  const template = 'permissions.templates.SUPPORT';
  await above({ [template]: null });
  await own(ada, { [template]: ['config:read'] });
  await above({ [template]: ['config:read', 'business-types:read'] });
  const { id } = await conflictOf(ada, template);
  const by = (who: Person, input: object) => refusals(who, 'configConflictResolve', { id, input });
  expect(await by(ada, { value: ['config:read', 'tenants:write'] })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', path: ['input', 'value'] },
  ]);
  expect(await by(ada, { side: 'PLATFORM' })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', path: ['input', 'side'] },
  ]);
  expect(await by(root, { side: 'PLATFORM' })).toEqual([]);
});

test('advice is the stronger value by the order of a floor, and what both sets have', async () => {
  const length = await disagree('auth.password.minLength', [12, 16, 13]);
  expect(length.suggestions).toMatchObject([
    { side: 'TENANT', value: 16, messageKey: 'STRONGER', params: { theirs: 13, ours: 16 } },
    { side: 'PLATFORM', messageKey: 'MORE_RECENT' },
  ]);
  const template = 'permissions.templates.SUPPORT';
  const sets = await disagree(template, [null, ['plans:read'], ['payments:read']]);
  expect(sets.suggestions[0]).toEqual({
    side: null,
    value: ['payments:read', 'plans:read'],
    messageKey: 'BOTH_SETS',
    params: { addedAbove: ['payments:read'], addedHere: ['plans:read'] },
  });
});
