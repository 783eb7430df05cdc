import { expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, sue, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
const EFFECTIVE = `query ($tenantId: ID, $userId: ID, $paths: [String!]) {
  effectiveConfig(tenantId: $tenantId, userId: $userId, paths: $paths) {
    version settings { path value scope version mode isLocked contributions { scope value standing valueWithout } } } }`;

const set = (who: Person, scope: string, entries: object, more: object = {}) =>
  mutate(
    who,
    'configUpdate',
    { input: { scope, set: entriesOf(entries), ...more } },
    'configurationId configuration { version }',
  );
const entriesOf = (entries: object) => Object.entries(entries).map(([path, value]) => ({ path, value }));

async function effective(who: Person, path: string, more: object = {}) {
  const { settings } = (await who.ask(EFFECTIVE, { paths: [path], ...more })).effectiveConfig;
  return settings[0];
}

test('a value of the tenant precedes the default, and is gone when it is unset', async () => {
  expect(await effective(ada, 'branding.name')).toMatchObject({ value: null, scope: null, version: null });
  await set(ada, 'TENANT', { 'branding.name': 'Acme Homes' });
  expect(await effective(cleo, 'branding.name')).toMatchObject({ value: 'Acme Homes', scope: 'TENANT' });
  expect(await effective(gil, 'branding.name')).toMatchObject({ value: null });
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: ['branding.name'] } });
  expect(await effective(ada, 'branding.name')).toMatchObject({ value: null, scope: null });
});

test('every fault of a write has its path, and nothing is half applied', async () => {
  const input = {
    scope: 'TENANT',
    set: [
      { path: 'branding.primaryColor', value: '#aabbcc' },
      { path: 'branding.nothing', value: 1 },
      { path: 'auth.password.minLength', value: '14' },
      { path: 'notifications.incidents.channels', value: ['EMAIL', 'FAX'] },
      { path: '__proto__', value: 1 },
    ],
  };
  expect(await refusals(ada, 'configUpdate', { input })).toEqual([
    expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'set', '1', 'path'] }),
    expect.objectContaining({ path: ['input', 'set', '2', 'value'] }),
    expect.objectContaining({
      message: expect.stringContaining('"/1"'),
      path: ['input', 'set', '3', 'value'],
    }),
    expect.objectContaining({ path: ['input', 'set', '4', 'path'] }),
  ]);
  expect(await effective(ada, 'branding.primaryColor')).toMatchObject({ scope: null });
});

test('a write names a hundred paths at most', async () => {
  const set = Array.from({ length: 101 }, () => ({ path: 'branding.name', value: 'One' }));
  expect(await refusals(ada, 'configUpdate', { input: { scope: 'TENANT', set } })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'set'] },
  ]);
});

test('documents that are too large or too deep, or have a reserved key, are refused', async () => {
  const deep = Array.from({ length: 12 }).reduce<unknown>((inner) => [inner], 1);
  const polluting = JSON.parse('{ "__proto__": { "polluted": 1 } }');
  for (const value of ['x'.repeat(200_000), deep, polluting]) {
    const input = { scope: 'TENANT', set: [{ path: 'business.labels', value }] };
    expect(await refusals(ada, 'configUpdate', { input })).toEqual([
      expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] }),
    ]);
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

test('a lock and a floor of the platform act immediately, refuse what is below, and give back what they shadowed', async () => {
  await set(ada, 'TENANT', { 'auth.password.minLength': 14, 'branding.primaryColor': '#111111' });
  await mutate(root, 'configUpdate', {
    input: {
      scope: 'PLATFORM',
      set: [
        { path: 'auth.password.minLength', value: 16, mode: 'FLOOR' },
        { path: 'branding.primaryColor', value: '#222222', mode: 'LOCKED' },
      ],
    },
  });
  expect(await effective(ada, 'auth.password.minLength')).toMatchObject({
    value: 16,
    contributions: [
      { scope: 'PLATFORM', valueWithout: 14 },
      { scope: 'TENANT', value: 14, standing: 'CLAMPED', valueWithout: 16 },
    ],
  });
  expect(await effective(cleo, 'branding.primaryColor')).toMatchObject({
    value: '#222222',
    isLocked: true,
    contributions: [{ scope: 'PLATFORM' }, { scope: 'TENANT', value: '#111111', standing: 'SHADOWED' }],
  });
  const weaker = {
    scope: 'TENANT',
    set: entriesOf({ 'auth.password.minLength': 15, 'branding.primaryColor': '#333333' }),
  };
  expect(await refusals(ada, 'configUpdate', { input: weaker })).toEqual([
    expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] }),
    expect.objectContaining({ code: 'INVALID_STATE', path: ['input', 'set', '1', 'path'] }),
  ]);
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', unset: ['branding.primaryColor', 'auth.password.minLength'] },
  });
  expect(await effective(ada, 'branding.primaryColor')).toMatchObject({ value: '#111111', isLocked: false });
  expect(await effective(ada, 'auth.password.minLength')).toMatchObject({ value: 14 });
});

test('T: a path for the staff, another tenant and another user are nothing for viewers that may not read them', async () => {
  const paths = ['auth.session.maxHours'];
  expect(await effective(cleo, 'auth.session.maxHours')).toBeUndefined();
  expect(await effective(sue, 'auth.session.maxHours')).toMatchObject({ value: null });
  const foreign = await ada.run(EFFECTIVE, { tenantId: globex.id, paths });
  const none = await ada.run(EFFECTIVE, { tenantId: crypto.randomUUID(), paths });
  expect(foreign.errors?.map(({ message }) => message)).toEqual(none.errors?.map(({ message }) => message));
  const other = await cleo.run(EFFECTIVE, { userId: ada.userId, paths });
  expect(other.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  const input = (scope: string) => ({ input: { scope, tenantId: acme.id, unset: ['branding.name'] } });
  expect((await refusals(cleo, 'configUpdate', input('TENANT')))[0]?.code).toBe('FORBIDDEN_CHANGE');
  expect((await refusals(ada, 'configUpdate', input('PLATFORM')))[0]?.code).toBe('FORBIDDEN_CHANGE');
  expect((await refusals(gil, 'configUpdate', input('TENANT')))[0]?.code).toBe('NOT_FOUND');
});

test('V: of two writers of a layer one conflicts only if the other wrote one of its paths, and layers never do', async () => {
  const { configuration } = await set(ada, 'TENANT', { 'branding.name': 'One' });
  const unchangedSinceVersion = configuration.version;
  await set(ada, 'TENANT', { 'branding.name': 'Two' });
  const same = {
    input: { scope: 'TENANT', set: entriesOf({ 'branding.name': 'Three' }) },
    unchangedSinceVersion,
  };
  expect((await refusals(ada, 'configUpdate', same))[0]?.code).toBe('VERSION_CONFLICT');
  const other = { scope: 'TENANT', set: entriesOf({ 'branding.supportEmail': 'help@acme.test' }) };
  await mutate(ada, 'configUpdate', { input: other, unchangedSinceVersion });
  expect(await effective(ada, 'branding.name')).toMatchObject({ value: 'Two' });
  expect((await ada.ask('{ configConflicts { nodes { path } } }')).configConflicts.nodes).toEqual([]);
});

test('a write of what a layer has already makes no version', async () => {
  const first = await set(ada, 'TENANT', { 'business.labels': { unit: 'Flat', room: 'Room' } });
  const again = await set(ada, 'TENANT', { 'business.labels': { room: 'Room', unit: 'Flat' } });
  expect(again.configuration.version).toBe(first.configuration.version);
  const set1 = await set(ada, 'TENANT', { 'business.documentKinds': ['Plan', 'Lease'] });
  const set2 = await set(ada, 'TENANT', { 'business.documentKinds': ['Lease', 'Plan'] });
  expect(set2.configuration.version).toBe(set1.configuration.version);
});

test('a set below a floor is as strong in any order of its entries', async () => {
  const path = 'notifications.incidents.channels';
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', set: [{ path, value: ['SMS', 'EMAIL'], mode: 'FLOOR' }] },
  });
  for (const value of [
    ['SMS', 'EMAIL'],
    ['SMS', 'PUSH', 'EMAIL'],
  ]) {
    await set(ada, 'TENANT', { [path]: value });
    expect(await effective(ada, path)).toMatchObject({ value: value.toSorted() });
  }
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
});
