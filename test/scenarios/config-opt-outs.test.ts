import { expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});

type Replacement = { readonly path: string; readonly value: unknown };

const DAY_MS = 86_400_000;
const NEVER_WAS = crypto.randomUUID();
const SYNC = `query ($tenantId: ID) { tenantSyncStatus(tenantId: $tenantId) {
  status platform { newestVersion adoptedVersion } optOuts { id paths reason expiresAt } } }`;
const EFFECTIVE = `query ($paths: [String!]) { effectiveConfig(paths: $paths) { version
  settings { path value scope isLocked optOut { reason } contributions { scope version value standing } } } }`;
const OPT_OUTS = `query ($tenantId: ID, $status: ConfigOptOutStatus) {
  configOptOuts(tenantId: $tenantId, filter: { status: { equals: $status } }) {
    nodes { id type paths status reason endedAt } } }`;
const CHANGED = `subscription ($after: Cursor) { configOptOutChanged(after: $after) {
  __typename ... on ConfigOptOutEvent { actor { kind } configOptOut { id status } } } }`;
const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) { patch configuration { scope } } }`;
const VERSIONS = `query ($id: ID!) { configVersions(id: $id, last: 1) { nodes { step paths platformVersion } } }`;
const LAYER = 'query { configurations(filter: { scope: { equals: TENANT } }) { nodes { id version } } }';

const ahead = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString();
const platform = (path: string, value: unknown, mode = 'DEFAULT') =>
  mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', set: [{ path, value, mode }] } });
const unset = (path: string) => mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
const optOut = async (who: Person, more: object): Promise<string> => {
  const input = { reason: 'The fair is next week.', expiresAt: ahead(7), ...more };
  return (await mutate(who, 'configOptOut', { input }, 'configOptOutId')).configOptOutId;
};
const catchUp = (who: Person, id: string) =>
  mutate(who, 'configCatchUp', { id }, 'cursor configOptOut { status endedAt }');
const effective = async (who: Person, path: string) =>
  (await who.ask(EFFECTIVE, { paths: [path] })).effectiveConfig.settings[0];
const valueFor = async (who: Person, path: string) => (await effective(who, path)).value;
const statusOf = async (who: Person) => (await who.ask(SYNC)).tenantSyncStatus;
const layerOf = async (who: Person) => (await who.ask(LAYER)).configurations.nodes[0];

test('57: an opt-out that has no reason, no path, no end that may be, or that is not the viewer’s to decide is refused, and nothing is written', async () => {
  await platform('auth.password.minLength', 12, 'FLOOR');
  await platform('branding.supportEmail', 'help@lockstep.test', 'LOCKED');
  await adoptedByAll(root);
  const before = await layerOf(ada);
  const valid = { paths: ['branding.name'], reason: 'The fair.', expiresAt: ahead(7) };
  const refused = async (input: object, who: Person = ada) =>
    (await refusals(who, 'configOptOut', { input: { ...valid, ...input } })).map(
      ({ code, path }) => `${code} ${path.join('.')}`,
    );
  expect(await refused({ reason: '  ' })).toEqual(['INVALID_INPUT input.reason']);
  expect(await refused({ paths: ['branding.name', 'no.such'] })).toEqual(['INVALID_INPUT input.paths.1']);
  expect(await refused({ paths: [' branding.name'] })).toEqual(['INVALID_INPUT input.paths.0']);
  expect(await refused({ paths: [] })).toEqual(['INVALID_INPUT input']);
  expect(await refused({ paths: null })).toEqual(['INVALID_INPUT input']);
  expect(await refused({ type: 'BRANDING' })).toEqual(['INVALID_INPUT input']);
  expect(await refused({ expiresAt: ahead(-1) })).toEqual(['INVALID_INPUT input.expiresAt']);
  expect(await refused({ expiresAt: ahead(91) })).toEqual(['INVALID_INPUT input.expiresAt']);
  expect(await refused({ paths: ['branding.supportEmail'] })).toEqual(['INVALID_STATE input.paths.0']);
  expect(await refused({ paths: ['branding.name', 'auth.password.minLength'] })).toEqual([
    'INVALID_STATE input.paths.1',
  ]);
  expect(await refused({}, cleo)).toEqual(['FORBIDDEN ']);
  expect(await refused({ tenantId: globex.id })).toEqual(['NOT_FOUND input.tenantId']);
  expect(await refused({ tenantId: NEVER_WAS })).toEqual(['NOT_FOUND input.tenantId']);
  expect(await refused({ tenantId: NEVER_WAS }, root)).toEqual(['NOT_FOUND input.tenantId']);
  expect(await refused({}, root)).toEqual(['INVALID_INPUT input.tenantId']);
  expect((await ada.ask(OPT_OUTS)).configOptOuts.nodes).toEqual([]);
  expect(await layerOf(ada)).toEqual(before);
});

test('57 D T: a tenant that opted out stays at what it had adopted, also of later versions and after writes of its own; another one adopts; catch-up brings the newest', async () => {
  await platform('branding.primaryColor', '#111111');
  await adoptedByAll(root);
  const after = await ada.now(acme.id);
  const streams = { optOuts: ada.follow(CHANGED, { after }), updates: ada.follow(UPDATED, { after }) };
  const id = await optOut(ada, { paths: ['branding.primaryColor'] });
  const { id: layer } = await layerOf(ada);
  expect((await ada.ask(VERSIONS, { id: layer })).configVersions.nodes).toMatchObject([
    { step: 'OPT_OUT', paths: [] },
  ]);
  expect(
    await refusals(ada, 'configOptOut', {
      input: { type: 'BRANDING', reason: 'All of it.', expiresAt: ahead(1) },
    }),
  ).toMatchObject([{ code: 'INVALID_STATE', path: ['input', 'type'] }]);

  await platform('branding.primaryColor', '#222222');
  await platform('branding.primaryColor', '#333333');
  await platform('branding.name', 'Lockstep');
  await adoptedByAll(root);
  await mutate(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'notifications.digest', value: 'WEEKLY' }] },
  });
  await adoptedByAll(root);
  expect(await effective(ada, 'branding.primaryColor')).toMatchObject({
    value: '#111111',
    scope: 'PLATFORM',
    optOut: { reason: 'The fair is next week.' },
    contributions: [{ scope: 'PLATFORM', value: '#111111', standing: 'EFFECTIVE' }],
  });
  expect(await effective(ada, 'branding.name')).toMatchObject({ value: 'Lockstep', optOut: null });
  expect(await effective(gil, 'branding.primaryColor')).toMatchObject({ value: '#333333', optOut: null });
  const { status, platform: above, optOuts } = await statusOf(ada);
  expect([status, above.adoptedVersion]).toEqual(['SUCCESS', above.newestVersion]);
  expect(optOuts).toMatchObject([{ id, paths: ['branding.primaryColor'], reason: 'The fair is next week.' }]);
  expect((await statusOf(gil)).optOuts).toEqual([]);

  for (const stranger of [gil, cleo]) {
    expect(await codes(stranger, 'configCatchUp', { id })).toEqual([
      stranger === gil ? 'NOT_FOUND' : 'FORBIDDEN',
    ]);
  }
  expect(await codes(gil, 'configCatchUp', { id: NEVER_WAS })).toEqual(['NOT_FOUND']);
  expect((await catchUp(ada, id)).configOptOut).toMatchObject({ status: 'CAUGHT_UP' });
  expect((await catchUp(ada, id)).cursor).toBeNull();
  expect(await effective(ada, 'branding.primaryColor')).toMatchObject({ value: '#333333', optOut: null });
  expect((await statusOf(ada)).optOuts).toEqual([]);
  expect((await ada.ask(VERSIONS, { id: layer })).configVersions.nodes).toMatchObject([
    { step: 'CATCH_UP', paths: ['branding.primaryColor'] },
  ]);
  expect(await streams.optOuts.changes(2)).toEqual([
    { __typename: 'ConfigOptOutCreated', actor: { kind: 'USER' }, configOptOut: { id, status: 'ACTIVE' } },
    { __typename: 'ConfigOptOutUpdated', actor: { kind: 'USER' }, configOptOut: { id, status: 'CAUGHT_UP' } },
  ]);
  const patches = (await streams.updates.take(3)).flatMap(({ patch }: { patch: Replacement[] }) => patch);
  expect(patches.map(({ path, value }: Replacement) => [path, value])).toEqual([
    ['/branding.name', 'Lockstep'],
    ['/notifications.digest', 'WEEKLY'],
    ['/branding.primaryColor', '#333333'],
  ]);
  expect(await ada.ask(OPT_OUTS, { status: 'ACTIVE' })).toEqual({ configOptOuts: { nodes: [] } });
  expect((await gil.ask(OPT_OUTS)).configOptOuts.nodes).toEqual([]);
});

test('57: a lock and a floor act although the path is opted out of, and what is held acts again when they go', async () => {
  await platform('auth.session.maxHours', 100);
  await platform('notifications.digest', 'NEVER');
  await adoptedByAll(root);
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: ['notifications.digest'] } });
  const id = await optOut(ada, { paths: ['auth.session.maxHours', 'notifications.digest'] });
  await platform('auth.session.maxHours', 50, 'FLOOR');
  await platform('notifications.digest', 'DAILY', 'LOCKED');
  const acting = async () => [
    await valueFor(ada, 'auth.session.maxHours'),
    await valueFor(ada, 'notifications.digest'),
  ];
  expect(await acting()).toEqual([50, 'DAILY']);
  await adoptedByAll(root);
  expect(await acting()).toEqual([50, 'DAILY']);
  expect(await effective(ada, 'notifications.digest')).toMatchObject({ isLocked: true, optOut: {} });
  await platform('auth.session.maxHours', 60);
  await platform('notifications.digest', 'WEEKLY');
  await adoptedByAll(root);
  expect(await acting()).toEqual([100, 'NEVER']);
  await catchUp(ada, id);
  expect(await acting()).toEqual([60, 'WEEKLY']);
  await unset('auth.session.maxHours');
});

test('57: an opt-out of a type holds all its paths and no other; a module stays on for that tenant alone, and ends with the catch-up', async () => {
  const modules = async (who: Person) =>
    (await who.ask('{ modules { name isEnabled } }')).modules
      .filter(({ isEnabled }: { isEnabled: boolean }) => !isEnabled)
      .map(({ name }: { name: string }) => name);
  const plans = (who: Person) => who.run('{ services { totalCount } }');
  const id = await optOut(ada, { type: 'MODULES' });
  await platform('modules.status.enabled', false);
  await adoptedByAll(root);
  expect([await modules(ada), await modules(gil)]).toEqual([[], ['STATUS']]);
  expect((await plans(ada)).errors).toBeUndefined();
  expect((await plans(gil)).errors).toMatchObject([{ extensions: { code: 'MODULE_DISABLED' } }]);
  const { nodes } = (await ada.ask(OPT_OUTS, { status: 'ACTIVE' })).configOptOuts;
  expect(nodes).toMatchObject([{ id, type: 'MODULES' }]);
  expect(nodes[0].paths).toContain('modules.status.enabled');
  await catchUp(ada, id);
  expect(await modules(ada)).toEqual(['STATUS']);
  expect((await plans(ada)).errors).toMatchObject([{ extensions: { code: 'MODULE_DISABLED' } }]);
  await unset('modules.status.enabled');
  await adoptedByAll(root);
  expect(await modules(ada)).toEqual([]);
});

test('57: another business type ends the opt-outs from what the former one has set, keeps nothing of it, and leaves those from the platform', async () => {
  const [lettings, storage] = [await aBusinessType('lettings'), await aBusinessType('storage')];
  await become(lettings);
  const ofLettings = await optOut(ada, { paths: ['branding.name'] });
  const ofPlatform = await optOut(ada, { paths: ['branding.primaryColor'] });
  await ofType(lettings, 'branding.name', 'Lettings');
  await ofType(storage, 'branding.name', 'Storage');
  await platform('branding.primaryColor', '#444444');
  await adoptedByAll(root);
  const held = async () => [
    await valueFor(ada, 'branding.name'),
    await valueFor(ada, 'branding.primaryColor'),
  ];
  expect(await held()).toEqual(['Lockstep', '#333333']);
  await become(storage);
  expect(await held()).toEqual(['Storage', '#333333']);
  const statuses = async () => (await ada.ask(OPT_OUTS)).configOptOuts.nodes.slice(0, 2);
  expect(await statuses()).toMatchObject([
    { id: ofPlatform, status: 'ACTIVE', endedAt: null },
    { id: ofLettings, status: 'BUSINESS_TYPE_CHANGED', endedAt: expect.any(String) },
  ]);
  await ofType(storage, 'branding.primaryColor', '#555555');
  await adoptedByAll(root);
  expect(await held()).toEqual(['Storage', '#333333']);
  await become(null);
  expect(await statuses()).toMatchObject([{ id: ofPlatform, status: 'BUSINESS_TYPE_CHANGED' }, {}]);
  expect(await held()).toEqual(['Lockstep', '#444444']);
});

test('X 57: a catch-up gives no role more than its author may give, and then nothing of it is done', async () => {
  const csr = 'permissions.templates.CSR';
  const id = await optOut(ada, { paths: [csr] });
  await mutate(root, 'configUpdate', {
    input: {
      scope: 'PLATFORM',
      set: [{ path: csr, value: ['config:write', 'plans:read', 'tenants:write'] }],
    },
  });
  await adoptedByAll(root);
  expect(await valueFor(ada, csr)).toBeNull();
  const before = await layerOf(ada);
  expect(await refusals(ada, 'configCatchUp', { id })).toMatchObject([
    { code: 'FORBIDDEN_CHANGE', path: ['id'], message: expect.stringContaining('tenants:write') },
  ]);
  expect(await layerOf(ada)).toEqual(before);
  expect((await ada.ask(OPT_OUTS, { status: 'ACTIVE' })).configOptOuts.nodes).toMatchObject([{ id }]);
  await catchUp(root, id);
  expect(await valueFor(ada, csr)).toContain('plans:read');
});

test('57: an opt-out that has ended is not changed, and the end of another is moved within its bounds', async () => {
  const id = await optOut(ada, { paths: ['branding.name'] });
  const change = (input: object) => refusals(ada, 'configOptOutUpdate', { id, input });
  expect(await change({ expiresAt: ahead(91) })).toMatchObject([{ path: ['input', 'expiresAt'] }]);
  expect(await change({ expiresAt: ahead(89), reason: 'The fair is later.' })).toEqual([]);
  expect((await statusOf(ada)).optOuts).toMatchObject([{ id, reason: 'The fair is later.' }]);
  await catchUp(ada, id);
  expect(await change({ reason: 'Too late.' })).toMatchObject([{ code: 'INVALID_STATE', path: ['id'] }]);
});

test('57: a tenant that opts out before anything was ever set above it stays there, and the opt-outs of a tenant go with it', async () => {
  const input = { name: 'Later', slug: 'later', organizationId: await organizationOf(globex.id) };
  const { tenantId } = await mutate(root, 'tenantCreate', { input }, 'tenantId');
  const hospitality = await aBusinessType('hospitality');
  await mutate(root, 'tenantUpdate', { id: tenantId, input: { businessTypeId: hospitality } });
  const lou = await installation.aUser('TENANT_ADMIN', { tenantId });
  await optOut(lou, { paths: ['business.labels'] });
  await ofType(hospitality, 'business.labels', { unit: 'Room' });
  await ofType(hospitality, 'branding.name', 'Hospitality');
  await adoptedByAll(root);
  expect(await valueFor(lou, 'branding.name')).toBe('Hospitality');
  expect(await effective(lou, 'business.labels')).toMatchObject({ value: {}, optOut: {}, contributions: [] });
  await mutate(root, 'userDelete', { id: lou.userId });
  await mutate(root, 'tenantDelete', { id: tenantId });
});

async function organizationOf(id: string): Promise<string> {
  const asked = 'query ($id: ID!) { tenant(id: $id) { organization { id } } }';
  return (await root.ask(asked, { id })).tenant.organization.id;
}

async function aBusinessType(key: string): Promise<string> {
  const input = { key, name: key };
  return (await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId')).businessTypeId;
}

const become = (businessTypeId: string | null) =>
  mutate(root, 'tenantUpdate', { id: acme.id, input: { businessTypeId } });
const ofType = (businessTypeId: string, path: string, value: unknown) =>
  mutate(root, 'configUpdate', { input: { scope: 'BUSINESS_TYPE', businessTypeId, set: [{ path, value }] } });
