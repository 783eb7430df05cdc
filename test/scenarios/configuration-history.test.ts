import { expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, cleo, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});

type Replacement = { readonly op: 'replace'; readonly path: string; readonly value: unknown };
type Document = Record<string, unknown>;

const EFFECTIVE = 'query { effectiveConfig { version settings { path value } } }';
const DELTA = 'query ($since: Int!) { configDelta(sinceVersion: $since) { version isReset patch } }';
const VERSIONS =
  'query ($id: ID!) { configVersions(id: $id) { nodes { version step paths restored platformVersion } } }';
const DIFF =
  'query ($id: ID!, $from: Int!, $to: Int!) { configDiff(id: $id, from: $from, to: $to) { path before { value } after { value } } }';
const UPDATED = `subscription ($after: Cursor) { configUpdated(after: $after) {
  patch configuration { scope version memberPaths } } }`;

async function documentOf(who: Person): Promise<{ version: number; document: Document }> {
  const { version, settings } = (await who.ask(EFFECTIVE)).effectiveConfig;
  const entries = settings.map(({ path, value }: { path: string; value: unknown }) => [path, value]);
  return { version, document: Object.fromEntries(entries) };
}

function patched(document: Document, patch: readonly Replacement[]): Document {
  return { ...document, ...Object.fromEntries(patch.map(({ path, value }) => [path.slice(1), value])) };
}

async function write(who: Person, scope: string, entries: Document, more: object = {}, mode = 'DEFAULT') {
  const set = Object.entries(entries).map(([path, value]) => ({ path, value, mode }));
  const selection = 'configurationId configuration { version }';
  return mutate(who, 'configUpdate', { input: { scope, set, ...more } }, selection);
}

test('a rollback is a version that restores every value, of which a dry run writes nothing', async () => {
  const { configurationId: id } = await write(ada, 'TENANT', {
    'branding.name': 'One',
    'notifications.digest': 'DAILY',
  });
  const { document } = await documentOf(ada);
  await write(
    ada,
    'TENANT',
    { 'branding.name': 'Two', 'auth.password.minLength': 20 },
    { unset: ['notifications.digest'] },
  );
  const back = { scope: 'TENANT', toVersion: 1 };
  const dry = await mutate(ada, 'configRollback', { ...back, dryRun: true }, 'configuration { version }');
  expect(dry.configuration.version).toBe(2);
  expect((await ada.ask(DIFF, { id, from: 2, to: 1 })).configDiff).toEqual([
    { path: 'auth.password.minLength', before: { value: 20 }, after: null },
    { path: 'branding.name', before: { value: 'Two' }, after: { value: 'One' } },
    { path: 'notifications.digest', before: null, after: { value: 'DAILY' } },
  ]);
  await mutate(ada, 'configRollback', back);
  expect((await documentOf(ada)).document).toEqual(document);
  expect((await ada.ask(VERSIONS, { id })).configVersions.nodes).toEqual([
    expect.objectContaining({ version: 1, step: 'WRITE' }),
    expect.objectContaining({ version: 2, step: 'WRITE' }),
    expect.objectContaining({ version: 3, step: 'ROLLBACK', restored: 1 }),
  ]);
  const never = { scope: 'TENANT', toVersion: 99 };
  expect(await refusals(ada, 'configRollback', never)).toEqual([
    expect.objectContaining({ code: 'NOT_FOUND', path: ['toVersion'] }),
  ]);
  for (const [who, query] of [
    [gil, VERSIONS],
    [gil, DIFF],
  ] as const) {
    const { errors } = await who.run(query, { id, from: 1, to: 2 });
    expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  }
});

test('D: a value of the platform reaches each tenant in its feed, with a patch of what each viewer may read', async () => {
  const before = { ada: await documentOf(ada), cleo: await documentOf(cleo), gil: await documentOf(gil) };
  const after = await ada.now(acme.id);
  const streams = { ada: ada.follow(UPDATED, { after }), cleo: cleo.follow(UPDATED, { after }) };
  const values = { 'branding.supportEmail': 'help@platform.test', 'auth.session.maxHours': 8 };
  await write(root, 'PLATFORM', { ...values, 'branding.name': 'Not for Acme' });
  const ofAda = (await streams.ada.event()) as { patch: Replacement[]; configuration: { version: number } };
  const ofCleo = (await streams.cleo.event()) as typeof ofAda;
  expect(ofAda.patch.map(({ path }) => path)).toEqual(['/auth.session.maxHours', '/branding.supportEmail']);
  expect(ofCleo.patch.map(({ path }) => path)).toEqual(['/branding.supportEmail']);
  for (const [who, { document }, patch] of [
    [ada, before.ada, ofAda.patch],
    [cleo, before.cleo, ofCleo.patch],
  ] as const) {
    expect(patched(document, patch)).toEqual((await documentOf(who)).document);
  }
  for (const [who, { version, document }] of [
    [ada, before.ada],
    [cleo, before.cleo],
    [gil, before.gil],
  ] as const) {
    const { configDelta } = await who.ask(DELTA, { since: version });
    const now = await documentOf(who);
    expect(configDelta).toMatchObject({ version: now.version, isReset: false });
    expect(patched(document, configDelta.patch)).toEqual(now.document);
  }
  // Paths for the staff alone move nothing that other users notice: the next event of theirs is the one after it.
  await write(ada, 'TENANT', { 'auth.session.idleMinutes': 60 });
  await write(root, 'PLATFORM', { 'auth.password.maxAgeDays': 90, 'auth.session.maxHours': 12 });
  await adoptedByAll(root);
  const noticed = (await streams.cleo.event()) as typeof ofAda;
  expect(noticed).toMatchObject({
    patch: [{ path: '/auth.password.maxAgeDays' }],
    configuration: { version: ofCleo.configuration.version + 1 },
  });
  await write(root, 'PLATFORM', { 'auth.session.maxHours': 8 });
  await adoptedByAll(root);
  const unnoticed = { version: noticed.configuration.version, isReset: false, patch: [] };
  expect((await cleo.ask(DELTA, { since: unnoticed.version })).configDelta).toEqual(unnoticed);
  await write(ada, 'TENANT', { 'branding.name': 'Three' });
  expect(await streams.cleo.event()).toMatchObject({
    patch: [{ op: 'replace', path: '/branding.name', value: 'Three' }],
    configuration: { version: unnoticed.version + 1 },
  });
  const { configDelta } = await ada.ask(DELTA, { since: 10_000 });
  expect(configDelta.isReset).toBe(true);
});

test('a tenant that is created later begins with the newest version of the platform', async () => {
  const later = await installation.aTenant('Later');
  const lou = await installation.aUser('TENANT_ADMIN', { tenantId: later.id });
  expect((await documentOf(lou)).document).toMatchObject({ 'auth.session.maxHours': 8 });
});

test('users own what the platform leaves to them, and see nothing of the layers of others', async () => {
  const path = 'notifications.language';
  await write(root, 'PLATFORM', { [path]: 'en' }, {}, 'USER_OWNED');
  await write(cleo, 'USER', { [path]: 'de' });
  const asked =
    'query ($userId: ID) { effectiveConfig(userId: $userId, paths: ["notifications.language"]) { settings { value } } }';
  const of = async (userId?: string) => (await cleo.ask(asked, { userId })).effectiveConfig.settings[0].value;
  expect(await of(cleo.userId)).toBe('de');
  const layers = 'query { configurations(filter: { scope: { equals: USER } }) { nodes { userId } } }';
  expect((await cleo.ask(layers)).configurations.nodes).toEqual([{ userId: cleo.userId }]);
  expect((await ada.ask(layers)).configurations.nodes).toEqual([]);
});
