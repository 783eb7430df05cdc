import { expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, globex, ada, cleo, gil, gus } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN', gus: 'CSR' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});
const support = await installation.aUser('PLATFORM_SUPPORT', {});

const PREVIEW = `query ($input: ConfigUpdateInput!, $toVersion: Int) {
  configChangePreview(input: $input, toVersion: $toVersion) {
    previewToken tenantCount userCount tenants { tenantId paths }
    paths { path tenantCount userCount values { before after count } below { scope shadowed clamped invalid actAgain } }
    roles { role userCount granted { permission userCount } revoked { permission userCount } }
    modules { name onCount offCount }
    userErrors { code message path } } }`;
const EVERYTHING = { tenantCount: 0, userCount: 0, tenants: [], paths: [], roles: [], modules: [] };

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever they selected
async function preview(who: Person, input: object, toVersion?: number): Promise<any> {
  return (await who.run(PREVIEW, { input, toVersion })).data.configChangePreview;
}

const write = (who: Person, input: object, more: object = {}) =>
  mutate(who, 'configUpdate', { input, ...more }, 'configuration { version }');

function setting(path: string, value: unknown, mode = 'DEFAULT') {
  return { set: [{ path, value, mode }] };
}

/** Adds a user to Acme who holds a permission beside its role. */
async function aCsrWith(permission: string): Promise<Person> {
  const user = await installation.aUser('CSR', { tenantId: acme.id });
  await mutate(root, 'userUpdate', { id: user.userId, input: { permissions: [permission] } });
  return user;
}

test('a preview refuses what the write does, in the same words, and then shows nothing else', async () => {
  const inputs: [Person, object][] = [
    [root, { scope: 'PLATFORM', ...setting('branding.nothing', 1) }],
    [root, { scope: 'PLATFORM', ...setting('auth.password.minLength', '14') }],
    [root, { scope: 'PLATFORM', set: [{ path: '__proto__', value: 1 }] }],
    [root, { scope: 'PLATFORM', ...setting('business.labels', 'x'.repeat(200_000)) }],
    [root, { scope: 'PLATFORM' }],
    [root, { scope: 'BUSINESS_TYPE', ...setting('branding.name', 'One') }],
    [
      root,
      { scope: 'BUSINESS_TYPE', businessTypeId: crypto.randomUUID(), ...setting('branding.name', 'One') },
    ],
    [root, { scope: 'TENANT', tenantId: crypto.randomUUID(), ...setting('branding.name', 'One') }],
    [root, { scope: 'PLATFORM', ...setting('permissions.templates.TENANT_ADMIN', []) }],
    [ada, { scope: 'TENANT', ...setting('permissions.templates.CSR', ['nothing:read']) }],
    [cleo, { scope: 'USER', ...setting('auth.session.maxHours', 4) }],
  ];
  for (const [who, input] of inputs) {
    const { userErrors, ...rest } = await preview(who, input);
    expect(userErrors).toEqual(await refusals(who, 'configUpdate', { input }));
    expect(userErrors).not.toEqual([]);
    expect(rest).toEqual({ previewToken: null, ...EVERYTHING });
  }
});

test('X: viewers preview what they may write and read, and another tenant is like none', async () => {
  const one = setting('branding.name', 'One');
  const refused = async (who: Person, input: object) =>
    (await preview(who, { ...input, ...one })).userErrors[0];
  for (const [who, input] of [
    [ada, { scope: 'PLATFORM' }],
    [ada, { scope: 'BUSINESS_TYPE', businessTypeId: crypto.randomUUID() }],
    [cleo, { scope: 'TENANT' }],
    [support, { scope: 'PLATFORM' }],
    [root, { scope: 'USER' }],
  ] as const)
    expect(await refused(who, input)).toMatchObject({ code: 'FORBIDDEN_CHANGE', path: ['input', 'scope'] });
  const foreign = await refused(ada, { scope: 'TENANT', tenantId: globex.id });
  expect(foreign).toEqual(await refused(ada, { scope: 'TENANT', tenantId: crypto.randomUUID() }));
  expect(foreign.code).toBe('NOT_FOUND');
  const writer = await aCsrWith('config:write');
  expect(await refused(writer, { scope: 'TENANT' })).toMatchObject({ code: 'FORBIDDEN_CHANGE' });
  const signedOut = await installation.stranger().run(PREVIEW, { input: { scope: 'PLATFORM', ...one } });
  expect(signedOut.errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('a rollback that never was, or that names paths, has no preview', async () => {
  await write(gil, { scope: 'TENANT', ...setting('business.labels', { unit: 'Flat' }) });
  expect((await preview(gil, { scope: 'TENANT' }, 99)).userErrors).toEqual([
    expect.objectContaining({ path: ['toVersion'] }),
  ]);
  const both = await preview(gil, { scope: 'TENANT', ...setting('branding.name', 'One') }, 1);
  expect(both.userErrors).toMatchObject([{ code: 'INVALID_INPUT', path: ['toVersion'] }]);
});

test('an administrator sees of a preview its own tenant and its users alone', async () => {
  await write(gus, { scope: 'USER', ...setting('notifications.digest', 'NEVER') });
  const { tenantCount, userCount, tenants, paths, userErrors } = await preview(gil, {
    scope: 'TENANT',
    ...setting('notifications.digest', 'WEEKLY', 'LOCKED'),
  });
  expect({ tenantCount, userCount, tenants, userErrors }).toEqual({
    tenantCount: 1,
    userCount: 2,
    tenants: [{ tenantId: globex.id, paths: ['notifications.digest'] }],
    userErrors: [],
  });
  expect(paths).toEqual([
    {
      path: 'notifications.digest',
      tenantCount: 1,
      userCount: 2,
      values: [{ before: 'DAILY', after: 'WEEKLY', count: 1 }],
      below: [{ scope: 'USER', shadowed: 1, clamped: 0, invalid: 0, actAgain: 0 }],
    },
  ]);
  const own = await preview(gus, { scope: 'USER', unset: ['notifications.digest'] });
  expect(own).toMatchObject({ tenantCount: 0, userCount: 1, tenants: [], userErrors: [] });
  expect(own.paths[0].values).toEqual([{ before: 'NEVER', after: 'DAILY', count: 1 }]);
});

test('the platform sees which tenants a lock and a floor reach, and what they shadow, clamp and give back', async () => {
  await write(ada, { scope: 'TENANT', ...setting('branding.primaryColor', '#111111') });
  await write(ada, { scope: 'TENANT', ...setting('auth.password.minLength', 14) });
  const input = {
    scope: 'PLATFORM',
    set: [
      { path: 'branding.primaryColor', value: '#222222', mode: 'LOCKED' },
      { path: 'auth.password.minLength', value: 16, mode: 'FLOOR' },
    ],
  };
  const first = await preview(root, input);
  expect(first).toMatchObject({ tenantCount: 2, userErrors: [] });
  const both = ['branding.primaryColor', 'auth.password.minLength'];
  expect(first.tenants).toEqual([acme.id, globex.id].map((tenantId) => ({ tenantId, paths: both })));
  expect(first.paths.map(({ below }: { below: unknown }) => below)).toEqual([
    [{ scope: 'TENANT', shadowed: 1, clamped: 0, invalid: 0, actAgain: 0 }],
    [{ scope: 'TENANT', shadowed: 0, clamped: 1, invalid: 0, actAgain: 0 }],
  ]);
  expect(first.paths[0].values).toContainEqual({ before: '#111111', after: '#222222', count: 1 });
  const { configuration } = await write(root, input, { previewToken: first.previewToken });
  await adoptedByAll(root);
  const locked = {
    scope: 'TENANT',
    set: [
      { path: 'branding.primaryColor', value: '#333333' },
      { path: 'auth.password.minLength', value: 15 },
    ],
  };
  expect((await preview(ada, locked)).userErrors).toEqual(
    await refusals(ada, 'configUpdate', { input: locked }),
  );
  const gone = await preview(root, { scope: 'PLATFORM', unset: both });
  expect(gone.paths.map(({ below }: { below: unknown }) => below)).toEqual([
    [{ scope: 'TENANT', shadowed: 0, clamped: 0, invalid: 0, actAgain: 1 }],
    [{ scope: 'TENANT', shadowed: 0, clamped: 0, invalid: 0, actAgain: 1 }],
  ]);
  await write(root, { scope: 'PLATFORM', unset: both });
  await adoptedByAll(root);
  const back = await preview(root, { scope: 'PLATFORM' }, configuration.version);
  const { paths, tenants } = first;
  expect(back).toMatchObject({
    tenants: tenants.map(({ tenantId }: { tenantId: string }) => ({ tenantId })),
  });
  expect(new Set(back.paths.map(({ path }: { path: string }) => path))).toEqual(new Set(both));
  expect(paths).toHaveLength(2);
});

test('a write that leaves a value below invalid is refused with the number of tenants, in the preview and when written', async () => {
  const sixtyKinds = (of: string) => Array.from({ length: 60 }, (_, index) => `${of} ${index}`);
  const path = 'business.documentKinds';
  await write(ada, { scope: 'TENANT', ...setting(path, sixtyKinds('Lease')) });
  const input = { scope: 'PLATFORM', ...setting(path, sixtyKinds('Report')) };
  const { userErrors, tenantCount } = await preview(root, input);
  expect(tenantCount).toBe(0);
  expect(userErrors).toMatchObject([{ code: 'INVALID_STATE', path: ['input', 'set', '0'] }]);
  expect(userErrors[0].message).toContain('in 1 tenants');
  expect(await refusals(root, 'configUpdate', { input })).toEqual(userErrors);
  await write(ada, { scope: 'TENANT', unset: [path] });
});

test('a preview says whose permissions change how, without what a user holds beside its role', async () => {
  await aCsrWith('contacts:read');
  const input = {
    scope: 'TENANT',
    tenantId: acme.id,
    ...setting('permissions.templates.CSR', ['customers:read']),
  };
  const { roles } = await preview(root, input);
  expect(roles).toMatchObject([{ role: 'CSR', granted: [] }]);
  const revoked: { permission: string; userCount: number }[] = roles[0].revoked;
  const csrs = roles[0].userCount;
  expect(revoked.find(({ permission }) => permission === 'customers:read')).toBeUndefined();
  expect(revoked.find(({ permission }) => permission === 'contacts:read')?.userCount).toBe(csrs - 1);
  const before = await permissionsOf(cleo);
  await write(root, input);
  expect(before.filter((one) => !revoked.some(({ permission }) => permission === one))).toEqual(
    await permissionsOf(cleo),
  );
});

async function permissionsOf(who: Person): Promise<string[]> {
  return (await who.ask('query { viewer { permissions } }')).viewer.permissions.toSorted();
}

test('a preview names the modules that end with another one', async () => {
  const input = { scope: 'TENANT', ...setting('modules.properties.enabled', false) };
  expect((await preview(ada, input)).modules).toEqual([
    { name: 'MAINTENANCE', onCount: 0, offCount: 1 },
    { name: 'PAYMENTS', onCount: 0, offCount: 1 },
    { name: 'PROPERTIES', onCount: 0, offCount: 1 },
  ]);
});

test('V: a preview is out of date when its layer or one above has changed, not when a tenant below has', async () => {
  const ofPlatform = { scope: 'PLATFORM', ...setting('branding.supportEmail', 'one@lockstep.test') };
  const ofTenant = { scope: 'TENANT', ...setting('branding.supportEmail', 'two@acme.test') };
  const [platform, tenant] = [await preview(root, ofPlatform), await preview(ada, ofTenant)];
  const withToken = (input: object, { previewToken }: { previewToken: string }) => ({ input, previewToken });
  const other = { scope: 'TENANT', ...setting('branding.supportEmail', 'three@acme.test') };
  expect(await refusals(ada, 'configUpdate', withToken(other, tenant))).toMatchObject([
    { code: 'INVALID_INPUT', path: ['previewToken'] },
  ]);
  expect(await refusals(ada, 'configUpdate', withToken(ofTenant, { previewToken: 'x' }))).toMatchObject([
    { code: 'INVALID_INPUT', path: ['previewToken'] },
  ]);
  await write(gil, { scope: 'TENANT', ...setting('branding.supportEmail', 'help@globex.test') });
  await write(root, ofPlatform, { previewToken: platform.previewToken });
  await adoptedByAll(root);
  for (const [who, input, token] of [
    [root, ofPlatform, platform],
    [ada, ofTenant, tenant],
  ] as const) {
    expect(await refusals(who, 'configUpdate', withToken(input, token))).toMatchObject([
      { code: 'VERSION_CONFLICT', path: ['previewToken'] },
    ]);
  }
  const again = await preview(ada, ofTenant);
  await write(ada, ofTenant, { previewToken: again.previewToken });
  const stale = await refusals(ada, 'configRollback', {
    scope: 'TENANT',
    toVersion: 1,
    previewToken: (await preview(ada, { scope: 'TENANT' }, 2)).previewToken,
  });
  expect(stale).toMatchObject([{ code: 'INVALID_INPUT', path: ['previewToken'] }]);
});

test('a preview writes nothing and comes alone in an operation', async () => {
  const versions = async () =>
    (await root.ask('query { configurations { nodes { scope version } } }')).configurations;
  const before = await versions();
  await preview(root, { scope: 'PLATFORM', ...setting('branding.name', 'Lockstep') });
  expect(await versions()).toEqual(before);
  const input = `{ scope: PLATFORM, unset: ["branding.name"] }`;
  const twice = await root.run(
    `query { a: configChangePreview(input: ${input}) { tenantCount } b: configChangePreview(input: ${input}) { tenantCount } }`,
  );
  expect(twice.errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
});
