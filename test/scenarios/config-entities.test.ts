import { expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});

const EFFECTIVE = `query ($paths: [String!], $userId: ID) {
  effectiveConfig(paths: $paths, userId: $userId) { settings { path value } } }`;
const BRANDING = '{ branding { name primaryColor supportEmail lockedFields } }';
const PREFERENCES = `{ notificationPreferences {
  incidentChannels maintenanceChannels paymentChannels digest language lockedFields } }`;

async function values(who: Person, paths: readonly string[], more: object = {}) {
  const { settings } = (await who.ask(EFFECTIVE, { paths, ...more })).effectiveConfig;
  return Object.fromEntries(
    settings.map(({ path, value }: { path: string; value: unknown }) => [path, value]),
  );
}

async function faults(who: Person, mutation: string, input: object) {
  const errors = await refusals(who, mutation, { input });
  return errors.map(({ code, path }) => [code, path.join('.')]);
}

async function lock(path: string, value: unknown) {
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', set: [{ path, value, mode: 'LOCKED' }] },
  });
}

test('the faults of branding and preferences are at their fields, and nothing is half applied', async () => {
  const tenant = { scope: 'TENANT' };
  expect(await faults(ada, 'brandingUpdate', { ...tenant, name: 'A', primaryColor: 'red' })).toEqual([
    ['INVALID_INPUT', 'input.primaryColor'],
  ]);
  expect(await faults(ada, 'brandingUpdate', { ...tenant, supportEmail: 'nobody' })).toEqual([
    ['INVALID_INPUT', 'input.supportEmail'],
  ]);
  expect(await faults(ada, 'brandingUpdate', { ...tenant, name: 'A', mode: 'FLOOR' })).toEqual([
    ['INVALID_INPUT', 'input.mode'],
  ]);
  expect(await faults(ada, 'brandingUpdate', tenant)).toEqual([['INVALID_INPUT', 'input']]);
  expect(await faults(cleo, 'brandingUpdate', { ...tenant, name: 'A' })).toEqual([
    ['FORBIDDEN_CHANGE', 'input.scope'],
  ]);
  expect(await faults(gil, 'brandingUpdate', { ...tenant, tenantId: acme.id, name: 'A' })).toEqual([
    ['NOT_FOUND', 'input.tenantId'],
  ]);
  expect(await faults(cleo, 'brandingUpdate', { scope: 'USER', name: 'A' })).toEqual([
    ['INVALID_INPUT', 'input.name'],
  ]);
  expect(
    await faults(cleo, 'notificationPreferencesUpdate', { scope: 'USER', digest: 'DAILY', language: '??' }),
  ).toEqual([['INVALID_INPUT', 'input.language']]);
  expect((await ada.ask(BRANDING)).branding).toMatchObject({ name: null, primaryColor: '#1f4e79' });
});

test('D: branding that is set as an entity or as paths is the same, and its event shows it to every user', async () => {
  const CHANGED = 'subscription ($after: Cursor) { brandingChanged(after: $after) { branding { name } } }';
  const after = await ada.now(acme.id);
  const [stream, others] = [cleo.follow(CHANGED, { after }), gil.follow(CHANGED)];
  const input = { scope: 'TENANT', name: 'Acme Homes', supportEmail: 'help@acme.test' };
  const { branding } = await mutate(ada, 'brandingUpdate', { input }, 'branding { name supportEmail }');
  expect(branding).toEqual({ name: 'Acme Homes', supportEmail: 'help@acme.test' });
  expect(await values(ada, ['branding.name', 'branding.supportEmail'])).toEqual({
    'branding.name': 'Acme Homes',
    'branding.supportEmail': 'help@acme.test',
  });
  const set = [{ path: 'branding.name', value: 'Acme' }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: ['branding.supportEmail'] } });
  await mutate(ada, 'notificationPreferencesUpdate', { input: { scope: 'TENANT', digest: 'NEVER' } });
  await mutate(ada, 'brandingUpdate', { input: { scope: 'TENANT', name: null } });
  expect([await stream.event(), await stream.event(), await stream.event(), await stream.event()]).toEqual([
    { branding: { name: 'Acme Homes' } },
    { branding: { name: 'Acme' } },
    { branding: { name: 'Acme' } },
    { branding: { name: null } },
  ]);
  await mutate(gil, 'brandingUpdate', { input: { scope: 'TENANT', name: 'Globex' } });
  expect(await others.event()).toEqual({ branding: { name: 'Globex' } });
  expect((await ada.ask(BRANDING)).branding).toMatchObject({ name: null, supportEmail: null });
});

test('V: a write of a field that was written since conflicts, also if it was written as a path', async () => {
  const input = { scope: 'TENANT', primaryColor: '#aabbcc' };
  const { configuration } = await mutate(ada, 'brandingUpdate', { input }, 'configuration { version }');
  const set = [{ path: 'branding.primaryColor', value: '#000000' }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  const unchangedSinceVersion = configuration.version;
  const same = await refusals(ada, 'brandingUpdate', { input, unchangedSinceVersion });
  expect(same.map(({ code }) => code)).toEqual(['VERSION_CONFLICT']);
  const other = { input: { scope: 'TENANT', name: 'B' }, unchangedSinceVersion };
  expect(await refusals(ada, 'brandingUpdate', other)).toEqual([]);
});

test('the preferences that a user sets act on that user alone, and what is locked above is refused at its field', async () => {
  const CHANGED = `subscription ($after: Cursor) { notificationPreferencesChanged(after: $after) {
    notificationPreferences { digest incidentChannels } } }`;
  const after = await cleo.now(acme.id);
  const stream = cleo.follow(CHANGED, { after });
  const input = { scope: 'USER', digest: 'WEEKLY', incidentChannels: ['SMS', 'EMAIL'] };
  const selection = 'notificationPreferences { digest }';
  const { notificationPreferences } = await mutate(
    cleo,
    'notificationPreferencesUpdate',
    { input },
    selection,
  );
  expect(notificationPreferences).toEqual({ digest: 'WEEKLY' });
  expect(await stream.event()).toEqual({
    notificationPreferences: { digest: 'WEEKLY', incidentChannels: ['SMS', 'EMAIL'] },
  });
  expect((await cleo.ask(PREFERENCES)).notificationPreferences).toMatchObject({ digest: 'WEEKLY' });
  expect((await ada.ask(PREFERENCES)).notificationPreferences).toMatchObject({ digest: 'NEVER' });
  const paths = ['notifications.digest'];
  expect(await values(cleo, paths, { userId: cleo.userId })).toEqual({ 'notifications.digest': 'WEEKLY' });
  await lock('notifications.digest', 'IMMEDIATELY');
  expect(await faults(cleo, 'notificationPreferencesUpdate', { scope: 'USER', digest: 'DAILY' })).toEqual([
    ['INVALID_STATE', 'input.digest'],
  ]);
  expect((await cleo.ask(PREFERENCES)).notificationPreferences).toMatchObject({
    digest: 'IMMEDIATELY',
    lockedFields: ['digest'],
  });
});
