import { expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
const lettings = await aBusinessType('lettings');
const storage = await aBusinessType('storage');

type Replacement = { readonly op: 'replace'; readonly path: string; readonly value: unknown };

const EFFECTIVE = `query { effectiveConfig { version
  settings { path value scope isLocked contributions { scope standing value } } } }`;
const DELTA = 'query ($since: Int!) { configDelta(sinceVersion: $since) { version patch } }';
const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) { patch configuration { scope } } }`;

async function aBusinessType(key: string): Promise<string> {
  const input = { key, name: key };
  return (await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId')).businessTypeId;
}

async function documentOf(who: Person): Promise<{ version: number; document: Record<string, unknown> }> {
  const { version, settings } = (await who.ask(EFFECTIVE)).effectiveConfig;
  const entries = settings.map(({ path, value }: { path: string; value: unknown }) => [path, value]);
  return { version, document: Object.fromEntries(entries) };
}

async function effective(who: Person, path: string) {
  const { settings } = (await who.ask(EFFECTIVE)).effectiveConfig;
  return settings.find((setting: { path: string }) => setting.path === path);
}

const ofType = (businessTypeId: string | undefined, entries: object, mode = 'DEFAULT') => ({
  input: {
    scope: 'BUSINESS_TYPE',
    businessTypeId,
    set: Object.entries(entries).map(([path, value]) => ({ path, value, mode })),
  },
});

const become = (tenantId: string, businessTypeId: string | null) =>
  mutate(root, 'tenantUpdate', { id: tenantId, input: { businessTypeId } });

test('only staff of the platform writes the layer of a business type, which must exist', async () => {
  const entries = { 'branding.primaryColor': '#aaaaaa' };
  expect(await refusals(ada, 'configUpdate', ofType(lettings, entries))).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', path: ['input', 'scope'] },
  ]);
  expect(await refusals(root, 'configUpdate', ofType(undefined, entries))).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'businessTypeId'] },
  ]);
  expect(await refusals(root, 'configUpdate', ofType(crypto.randomUUID(), entries))).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'businessTypeId'] },
  ]);
});

test('X: a business type gives the users of a tenant no more than who chooses it may give, and nothing of it is done', async () => {
  const offices = await aBusinessType('offices');
  const deputy = await installation.aUser('PLATFORM_SUPPORT', {});
  const chooses = { id: deputy.userId, input: { permissions: ['tenants:write'] } };
  await mutate(root, 'userUpdate', chooses);
  const { permissions } = (await cleo.ask('{ viewer { permissions } }')).viewer;
  const template = (more: readonly string[]) =>
    mutate(root, 'configUpdate', ofType(offices, { 'permissions.templates.CSR': [...permissions, ...more] }));
  await template(['users:write']);
  const before = (await documentOf(ada)).version;
  const choice = { id: acme.id, input: { businessTypeId: offices } };
  expect(await refusals(deputy, 'tenantUpdate', choice)).toMatchObject([
    {
      code: 'FORBIDDEN_CHANGE',
      message: expect.stringContaining('users:write'),
      path: ['input', 'businessTypeId'],
    },
  ]);
  expect((await documentOf(ada)).version).toBe(before);
  expect((await cleo.ask('{ viewer { permissions } }')).viewer.permissions).toEqual(permissions);

  await template([]);
  await mutate(deputy, 'tenantUpdate', choice);
  await become(acme.id, null);
});

test('D T: a write reaches the tenants of the business type, between the platform and the tenant, and no other tenant', async () => {
  await become(acme.id, lettings);
  const before = await documentOf(gil);
  const after = await ada.now(acme.id);
  const stream = cleo.follow(UPDATED, { after });
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', set: [{ path: 'branding.primaryColor', value: '#000000' }] },
  });
  await mutate(root, 'configUpdate', ofType(lettings, { 'branding.primaryColor': '#aaaaaa' }));
  const patches = [];
  while (patches.at(-1) !== '#aaaaaa') {
    const { patch } = (await stream.event()) as { patch: Replacement[] };
    patches.push(patch[0]?.value);
  }
  expect(await effective(ada, 'branding.primaryColor')).toMatchObject({
    value: '#aaaaaa',
    scope: 'BUSINESS_TYPE',
    contributions: [
      { scope: 'PLATFORM', standing: 'OVERRIDDEN' },
      { scope: 'BUSINESS_TYPE', standing: 'EFFECTIVE' },
    ],
  });
  await mutate(root, 'configUpdate', ofType(lettings, { 'notifications.digest': 'WEEKLY' }));
  await mutate(root, 'configUpdate', ofType(storage, { 'notifications.digest': 'NEVER' }));
  expect((await stream.event()) as object).toMatchObject({
    patch: [{ path: '/notifications.digest', value: 'WEEKLY' }],
    configuration: { scope: 'TENANT' },
  });
  expect((await documentOf(gil)).document).toEqual({
    ...before.document,
    'branding.primaryColor': '#000000',
  });
});

test('a floor of the platform binds a business type, and a lock of the business type its tenants', async () => {
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', set: [{ path: 'auth.password.minLength', value: 14, mode: 'FLOOR' }] },
  });
  expect(
    await refusals(root, 'configUpdate', ofType(lettings, { 'auth.password.minLength': 13 })),
  ).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] }]);
  await mutate(root, 'configUpdate', ofType(lettings, { 'auth.password.minLength': 16 }, 'LOCKED'));
  expect(await effective(ada, 'auth.password.minLength')).toMatchObject({ value: 16, isLocked: true });
  expect(await effective(gil, 'auth.password.minLength')).toMatchObject({ value: 14, isLocked: false });
  const own = { scope: 'TENANT', set: [{ path: 'auth.password.minLength', value: 20 }] };
  expect(await refusals(ada, 'configUpdate', { input: own })).toMatchObject([
    { code: 'INVALID_STATE', path: ['input', 'set', '0', 'path'] },
  ]);
  await mutate(gil, 'configUpdate', { input: own });
});

test('a tenant of another business type keeps nothing of the old one, obeys the new one immediately, and its delta has each change', async () => {
  const own = { scope: 'TENANT', set: [{ path: 'branding.name', value: 'Acme' }] };
  await mutate(ada, 'configUpdate', { input: own });
  await mutate(root, 'configUpdate', ofType(storage, { 'branding.name': 'Storage' }, 'LOCKED'));
  await mutate(root, 'configUpdate', ofType(storage, { 'auth.session.maxHours': 4 }, 'FLOOR'));
  const before = await documentOf(ada);
  expect(before.document).toMatchObject({ 'branding.name': 'Acme', 'auth.session.maxHours': null });
  await become(acme.id, storage);
  const now = await documentOf(ada);
  expect(now.document).toEqual({
    ...before.document,
    'auth.password.minLength': 14,
    'auth.session.maxHours': 4,
    'branding.name': 'Storage',
    'branding.primaryColor': '#000000',
    'notifications.digest': 'NEVER',
  });
  const { configDelta } = await ada.ask(DELTA, { since: before.version });
  const patch: [string, unknown][] = configDelta.patch.map(({ path, value }: Replacement) => [
    path.slice(1),
    value,
  ]);
  expect({ ...before.document, ...Object.fromEntries(patch) }).toEqual(now.document);
  const versions = `query ($id: ID!) { configVersions(id: $id, last: 1) { nodes { step businessVersion paths } } }`;
  const layers = 'query { configurations(filter: { scope: { equals: TENANT } }) { nodes { id } } }';
  const { id } = (await ada.ask(layers)).configurations.nodes[0];
  const [last] = (await ada.ask(versions, { id })).configVersions.nodes;
  expect(last).toMatchObject({ step: 'ADOPT', businessVersion: 3 });
  await become(acme.id, null);
  expect((await documentOf(ada)).document).toMatchObject({
    'branding.name': 'Acme',
    'auth.session.maxHours': null,
    'notifications.digest': 'DAILY',
  });
});

test('a tenant that is created with a business type begins with its newest version', async () => {
  const input = {
    organizationId: await organizationOf(globex.id),
    name: 'Later',
    slug: 'later',
    businessTypeId: storage,
  };
  const { tenantId } = await mutate(root, 'tenantCreate', { input }, 'tenantId');
  const lou = await installation.aUser('TENANT_ADMIN', { tenantId });
  expect(await effective(lou, 'branding.name')).toMatchObject({ value: 'Storage', isLocked: true });
});

async function organizationOf(id: string): Promise<string> {
  const asked = 'query ($id: ID!) { tenant(id: $id) { organization { id } } }';
  return (await root.ask(asked, { id })).tenant.organization.id;
}
