import { afterAll, expect, test } from '@jest/globals';
import { grantedPermissions } from '../../src/rooms.ts';
import { mutate, refusals } from '../support/mutate.ts';
import { TestIssuer } from '../support/outside-issuer.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const issuer = await TestIssuer.start();
const { installation, acme, ada, cleo, gil } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN' } },
  issuer.settings,
);
const root = await installation.aUser('PLATFORM_ADMIN', {});

afterAll(() => issuer.stop());

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
  const input = { scope: 'USER', digest: 'WEEKLY', incidentChannels: ['EMAIL', 'SMS'] };
  const selection = 'notificationPreferences { digest }';
  const { notificationPreferences } = await mutate(
    cleo,
    'notificationPreferencesUpdate',
    { input },
    selection,
  );
  expect(notificationPreferences).toEqual({ digest: 'WEEKLY' });
  expect(await stream.event()).toEqual({
    notificationPreferences: { digest: 'WEEKLY', incidentChannels: ['EMAIL', 'SMS'] },
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

const AUTH = `{ authProviders { name isAllowed issuer clientId lockedFields secret { setBy { id } } } }`;
const NOTIFICATION = `{ notificationProviders {
  channel isSet service host port userName sender applicationId lockedFields secret { setBy { id } } } }`;
const SECRET = 'entity-canary-4471';

test('the faults of providers are at their fields, nothing is half applied, and no other user reads or sets them', async () => {
  const of = (name: string) => ({ scope: 'TENANT', name });
  const auth = (input: object) => faults(ada, 'authProviderUpdate', input);
  expect(await auth({ ...of('GOOGLE'), clientId: 'a', issuer: 'b' })).toEqual([
    ['INVALID_INPUT', 'input.issuer'],
  ]);
  expect(await auth({ ...of('OIDC'), clientId: 'a', secret: SECRET })).toEqual([
    ['INVALID_INPUT', 'input.issuer'],
  ]);
  expect(await auth({ ...of('OIDC'), issuer: 'a' })).toEqual([['INVALID_INPUT', 'input.clientId']]);
  expect(await auth({ ...of('GOOGLE'), mode: 'LOCKED' })).toEqual([['INVALID_INPUT', 'input']]);
  expect(await auth({ ...of('GOOGLE'), secret: 'x'.repeat(9_000) })).toEqual([
    ['INVALID_INPUT', 'input.secret'],
  ]);
  const notification = (input: object) =>
    faults(ada, 'notificationProviderUpdate', { scope: 'TENANT', ...input });
  const push = { service: 'FCM', applicationId: 'a' };
  expect(await notification({ channel: 'SMS', push, secret: SECRET })).toEqual([
    ['INVALID_INPUT', 'input.push'],
  ]);
  expect(await notification({ channel: 'SMS', sms: { service: 'FCM', sender: 'A' } })).toEqual([
    ['INVALID_INPUT', 'input.sms.service'],
  ]);
  const server = { host: 'mail.acme.test', port: 70_000, userName: 'a', sender: 'a@acme.test' };
  expect(await notification({ channel: 'EMAIL', email: server, secret: SECRET })).toEqual([
    ['INVALID_INPUT', 'input.email.port'],
  ]);
  const own = { scope: 'TENANT', name: 'GOOGLE', clientId: 'a' };
  expect(await faults(cleo, 'authProviderUpdate', own)).toEqual([['FORBIDDEN_CHANGE', 'input.scope']]);
  for (const query of [AUTH, NOTIFICATION]) {
    const { errors } = await cleo.run(query);
    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
  const { authProviders } = await ada.ask(AUTH);
  expect(authProviders).toMatchObject(
    ['GOOGLE', 'MICROSOFT', 'OIDC'].map((name) => ({ name, issuer: null, clientId: null, secret: null })),
  );
});

test('D X: a provider of sign-in that is set as an entity or as paths is the same, and its secret is in neither', async () => {
  const CHANGED = `subscription ($after: Cursor) { authProviderChanged(after: $after) {
    authProviders { name clientId secret { setBy { id } } } } }`;
  const stream = ada.follow(CHANGED, { after: await ada.now(acme.id) });
  const oidc = { name: 'OIDC', issuer: issuer.issuer, clientId: issuer.clientId, secret: SECRET };
  await mutate(ada, 'authProviderUpdate', { input: { scope: 'TENANT', ...oidc } });
  const paths = ['auth.providers.oidc', 'auth.providers.oidc.secret'];
  expect(await values(ada, paths)).toEqual({
    'auth.providers.oidc': { issuer: oidc.issuer, clientId: issuer.clientId },
    'auth.providers.oidc.secret': { isSet: true, version: expect.any(String) },
  });
  const event = (await stream.event()) as { authProviders: unknown[] };
  expect(event.authProviders).toContainEqual({
    name: 'OIDC',
    clientId: issuer.clientId,
    secret: { setBy: { id: ada.userId } },
  });
  const allowed = { path: 'auth.providers.allowed', value: ['PASSWORD', 'GOOGLE'] };
  const google = { path: 'auth.providers.google', value: { clientId: 'g' } };
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: [allowed, google] } });
  const { authProviders } = await ada.ask(AUTH);
  expect(authProviders).toMatchObject([
    { name: 'GOOGLE', isAllowed: true, clientId: 'g', secret: null },
    { name: 'MICROSOFT', isAllowed: false, clientId: null },
    { name: 'OIDC', isAllowed: false, issuer: oidc.issuer, secret: { setBy: { id: ada.userId } } },
  ]);
  // Without the secret it stays, and null unsets what it names.
  await mutate(ada, 'authProviderUpdate', { input: { scope: 'TENANT', name: 'OIDC', clientId: null } });
  expect(await values(ada, paths)).toMatchObject({
    'auth.providers.oidc': null,
    'auth.providers.oidc.secret': { isSet: true },
  });
  await mutate(ada, 'authProviderUpdate', { input: { scope: 'TENANT', name: 'OIDC', secret: null } });
  expect(await values(ada, paths)).toMatchObject({ 'auth.providers.oidc.secret': null });
  const answers = JSON.stringify([event, authProviders, await ada.ask(AUTH), await gil.ask(AUTH)]);
  expect(answers).not.toContain(SECRET);
});

test('D X: a provider of notifications that is set as an entity or as paths is the same, in each channel', async () => {
  const CHANGED = `subscription ($after: Cursor) { notificationProviderChanged(after: $after) {
    notificationProviders { channel isSet service } } }`;
  const stream = ada.follow(CHANGED, { after: await ada.now(acme.id) });
  const set = (more: object) =>
    mutate(ada, 'notificationProviderUpdate', { input: { scope: 'TENANT', ...more } });
  const server = { host: 'mail.acme.test', port: 587, userName: 'acme', sender: 'home@acme.test' };
  await set({ channel: 'EMAIL', email: server, secret: SECRET });
  await set({ channel: 'SMS', sms: { service: 'TWILIO', sender: 'Acme' } });
  const path = { path: 'notifications.push.provider', value: { provider: 'APNS', applicationId: 'app' } };
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set: [path] } });
  expect(await values(ada, ['notifications.email.provider', 'notifications.sms.provider'])).toEqual({
    'notifications.email.provider': server,
    'notifications.sms.provider': { provider: 'TWILIO', sender: 'Acme' },
  });
  const answer = await ada.ask(NOTIFICATION);
  expect(answer.notificationProviders).toMatchObject([
    { channel: 'EMAIL', isSet: true, service: null, ...server, secret: { setBy: { id: ada.userId } } },
    { channel: 'SMS', isSet: true, service: 'TWILIO', sender: 'Acme', host: null, secret: null },
    { channel: 'PUSH', isSet: true, service: 'APNS', applicationId: 'app', sender: null, secret: null },
  ]);
  const events = [await stream.event(), await stream.event(), await stream.event()];
  expect(events[1]).toEqual({
    notificationProviders: [
      { channel: 'EMAIL', isSet: true, service: null },
      { channel: 'SMS', isSet: true, service: 'TWILIO' },
      { channel: 'PUSH', isSet: false, service: null },
    ],
  });
  await lock('notifications.sms.secret', null);
  const sms = { scope: 'TENANT', channel: 'SMS', secret: SECRET };
  expect(await faults(ada, 'notificationProviderUpdate', sms)).toEqual([['INVALID_STATE', 'input.secret']]);
  expect(JSON.stringify([answer, events])).not.toContain(SECRET);
});

const TEMPLATES = '{ permissionTemplates { role permissions isDefault scope version isLocked } }';
const OF_CSR: readonly string[] = grantedPermissions.of('CSR');

test('X: the faults of a permission template are at its fields, nothing is written, and no other user reads or sets one', async () => {
  const template = (more: object, who = ada) =>
    faults(who, 'permissionTemplateUpdate', { scope: 'TENANT', role: 'CSR', permissions: [], ...more });
  const permissions = [['FORBIDDEN_CHANGE', 'input.permissions']];
  const invalid = (field: string) => [['INVALID_INPUT', field]];
  expect(await template({ role: 'PLATFORM_ADMIN' })).toEqual(invalid('input.role'));
  expect(await template({ permissions: undefined })).toEqual(invalid('input'));
  expect(await template({ permissions: ['moon:visit'] })).toEqual(invalid('input.permissions'));
  expect(await template({ permissions: ['Everything'] })).toEqual(invalid('input.permissions'));
  expect(await template({ mode: 'FLOOR' })).toEqual(invalid('input.mode'));
  expect(await template({ scope: 'USER' })).toEqual(invalid('input.permissions'));
  expect(await template({ permissions: [...OF_CSR, 'account:write'] })).toEqual(permissions);
  expect(await template({ role: 'TENANT_ADMIN', permissions: ['config:write'] })).toEqual(permissions);
  expect(await template({}, cleo)).toEqual([['FORBIDDEN_CHANGE', 'input.scope']]);
  expect(await template({ tenantId: acme.id }, gil)).toEqual([['NOT_FOUND', 'input.tenantId']]);
  expect((await cleo.run(TEMPLATES)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  const roles = ['TENANT_ADMIN', 'SUPPORT', 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'] as const;
  expect((await ada.ask(TEMPLATES)).permissionTemplates).toEqual(
    roles.map((role) => ({
      ...{ role, permissions: grantedPermissions.of(role).toSorted(), isDefault: true },
      ...{ scope: null, version: null, isLocked: false },
    })),
  );
});

test('D: a permission template that is set as an entity or as a path is the same, acts, and its event shows it to the staff', async () => {
  const CHANGED = `subscription ($after: Cursor) { permissionTemplateChanged(after: $after) {
    permissionTemplates { role permissions isDefault } } }`;
  const after = await ada.now(acme.id);
  const stream = ada.follow(CHANGED, { after });
  expect((await cleo.follow(CHANGED, { after }).next()).errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
  const path = 'permissions.templates.CSR';
  const csr = async () =>
    (await ada.ask(TEMPLATES)).permissionTemplates.find(({ role }: { role: string }) => role === 'CSR');
  const update = (more: object, who = ada) =>
    mutate(who, 'permissionTemplateUpdate', { input: { role: 'CSR', ...more } }, 'configuration { version }');

  const two = ['notes:read', 'tenants:read'];
  const { configuration } = await update({ scope: 'TENANT', permissions: two });
  expect(await values(ada, [path])).toEqual({ [path]: two });
  const { version } = configuration;
  const own = { role: 'CSR', permissions: two, isDefault: false };
  expect(await csr()).toEqual({ ...own, scope: 'TENANT', version, isLocked: false });
  expect((await cleo.ask('{ viewer { permissions } }')).viewer.permissions.toSorted()).toEqual(two);

  const set = [{ path, value: ['notes:read'] }];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  const now = await csr();
  expect(now.permissions).toEqual(['notes:read']);
  // An adoption may have written a version in between.
  expect(now.version).toBeGreaterThan(version);
  await mutate(ada, 'brandingUpdate', { input: { scope: 'TENANT', name: 'Acme of templates' } });
  await update({ scope: 'TENANT', permissions: null });
  expect(await values(ada, [path])).toEqual({ [path]: null });
  const rooms = { role: 'CSR', permissions: OF_CSR.toSorted(), isDefault: true };
  expect(await csr()).toEqual({ ...rooms, scope: null, version: null, isLocked: false });
  expect(await stream.take(3)).toEqual([
    { permissionTemplates: [own] },
    { permissionTemplates: [{ ...own, permissions: ['notes:read'] }] },
    { permissionTemplates: [rooms] },
  ]);

  await update({ scope: 'PLATFORM', permissions: OF_CSR, mode: 'LOCKED' }, root);
  expect(await csr()).toMatchObject({ ...rooms, isDefault: false, scope: 'PLATFORM', isLocked: true });
  expect(
    await faults(ada, 'permissionTemplateUpdate', { scope: 'TENANT', role: 'CSR', permissions: two }),
  ).toEqual([['INVALID_STATE', 'input.permissions']]);
});
