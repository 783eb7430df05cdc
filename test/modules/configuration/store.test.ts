import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/configuration/algebra/json.ts';
import { resolve } from '../../../src/configuration/algebra/resolve.ts';
import type { Mode, Scope, Setting, Step } from '../../../src/configuration/algebra/settings.ts';
import { CATALOGUE, knownPath } from '../../../src/configuration/catalogue/catalogue.ts';
import { adoptedByAll } from '../../support/adopted.ts';
import { Dice } from '../../support/dice.ts';
import { mutate } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const root = await installation.aUser('PLATFORM_ADMIN', {});

/** Some paths of each kind, with values from the weakest to the strongest. */
const VALUES: Readonly<Record<string, readonly Json[]>> = {
  'auth.password.minLength': [12, 14, 20],
  'auth.session.maxHours': [null, 24, 8],
  'auth.providers.allowed': [['GOOGLE', 'OIDC', 'PASSWORD'], ['OIDC', 'PASSWORD'], ['PASSWORD']],
  'notifications.digest': ['DAILY', 'WEEKLY', 'NEVER'],
  'notifications.payments.channels': [[], ['EMAIL'], ['EMAIL', 'SMS']],
  'branding.primaryColor': ['#000000', '#111111', '#222222'],
};
const PATHS = Object.keys(VALUES);
/** The layers of a tree of four levels: two business types, of which the tenant has one or none. */
const LAYERS = ['PLATFORM', 'LETTINGS', 'STORAGE', 'TENANT', 'USER'] as const;
type Layer = (typeof LAYERS)[number];
const TYPES = { LETTINGS: await aBusinessType('lettings'), STORAGE: await aBusinessType('storage') } as const;
type BusinessType = keyof typeof TYPES | null;
const MODES: readonly Mode[] = ['DEFAULT', 'DEFAULT', 'FLOOR', 'LOCKED', 'USER_OWNED'];

async function aBusinessType(key: string): Promise<string> {
  const input = { key, name: key };
  return (await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId')).businessTypeId;
}

/** The scope of a layer in an input. */
function placeOf(layer: Layer): { readonly scope: Scope; readonly businessTypeId?: string } {
  if (layer !== 'LETTINGS' && layer !== 'STORAGE') return { scope: layer };
  return { scope: 'BUSINESS_TYPE', businessTypeId: TYPES[layer] };
}

/** The layers that act on the tenant, from the top. */
function chainOf(type: BusinessType): readonly Layer[] {
  return LAYERS.filter((layer) => layer === type || !(layer in TYPES));
}

const WRITE = `mutation ($input: ConfigUpdateInput!) {
  configUpdate(input: $input) { configuration { version } userErrors { code } } }`;
const ROLLBACK = `mutation ($scope: ConfigScope!, $toVersion: Int!) {
  configRollback(scope: $scope, toVersion: $toVersion) { configuration { version } userErrors { code } } }`;
const EFFECTIVE = `query ($userId: ID) {
  effectiveConfig(userId: $userId) { version settings { path value isLocked } } }`;

/** Reads the document of the user, by path. */
async function documentOf(): Promise<ReadonlyMap<string, Json>> {
  const { effectiveConfig } = await ada.ask(EFFECTIVE, { userId: ada.userId });
  return new Map(
    effectiveConfig.settings.map(({ path, value }: { path: string; value: Json }) => [path, value]),
  );
}

/** The settings of the tree by path and layer, as far as they were accepted. */
const settings = new Map<string, Map<Layer, Setting>>(PATHS.map((path) => [path, new Map()]));

/** Writes a random change of a random layer. */
async function writeAtRandom(dice: Dice): Promise<void> {
  const layer = dice.pick(LAYERS);
  const who = layer === 'TENANT' || layer === 'USER' ? ada : root;
  const path = dice.pick(PATHS);
  const mode = layer === 'USER' ? 'DEFAULT' : dice.pick(MODES);
  const setting: Setting = { value: dice.pick(VALUES[path] ?? []), mode };
  const isUnset = dice.chance(25);
  const change = isUnset ? { unset: [path] } : { set: [{ path, ...setting }] };
  const { configUpdate } = (await who.run(WRITE, { input: { ...placeOf(layer), ...change } })).data;
  if (configUpdate.userErrors.length > 0) return;
  if (isUnset) settings.get(path)?.delete(layer);
  else settings.get(path)?.set(layer, setting);
  if (who === root) await adoptedByAll(root);
}

test('what the API computes from the ledgers is what the pure function computes from the accepted writes, on four levels', async () => {
  const dice = new Dice(7);
  const history: ReadonlyMap<string, Json>[] = [];
  let type: BusinessType = null;
  for (let count = 0; count < 60; count += 1) {
    if (dice.chance(20)) {
      type = dice.pick<BusinessType>(['LETTINGS', 'STORAGE', null]);
      const input = { businessTypeId: type && TYPES[type] };
      await mutate(root, 'tenantUpdate', { id: acme.id, input });
    }
    await writeAtRandom(dice);
    const document = await documentOf();
    for (const each of PATHS) expect([each, document.get(each)]).toEqual([each, expectedOf(each, type)]);
    history.push(document);
  }
  expect(new Set(history.map((document) => JSON.stringify([...document]))).size).toBeGreaterThan(10);
}, 120_000);

function expectedOf(path: string, type: BusinessType): Json | undefined {
  const entry = knownPath(path);
  const steps = chainOf(type).flatMap((layer): Step[] => {
    const setting = settings.get(path)?.get(layer);
    return setting ? [{ scope: placeOf(layer).scope, newest: setting, adopted: setting }] : [];
  });
  return entry && resolve(entry, steps).value;
}

test('writes of disjoint paths at the same time are all there, and to apply one again changes nothing', async () => {
  const inputs = PATHS.map((path) => ({ scope: 'TENANT', unset: [path] }));
  await Promise.all(inputs.map((input) => ada.run(WRITE, { input })));
  const names = ['business.labels', 'branding.name', 'branding.supportEmail'];
  const values: Readonly<Record<string, Json>> = {
    'business.labels': { unit: 'Flat' },
    'branding.name': 'Acme',
    'branding.supportEmail': 'a@acme.test',
  };
  const write = (path: string) =>
    ada.run(WRITE, { input: { scope: 'TENANT', set: [{ path, value: values[path] }] } });
  await Promise.all(names.map(write));
  const document = await documentOf();
  expect(names.map((path) => document.get(path))).toEqual(names.map((path) => values[path]));
  await Promise.all(names.toReversed().map(write));
  expect(await documentOf()).toEqual(document);
});

test('a rollback restores every effective value of the version', async () => {
  const version = async () => (await ada.ask(EFFECTIVE)).effectiveConfig.version;
  const first = await version();
  const document = await documentOf();
  await ada.run(WRITE, { input: { scope: 'TENANT', unset: CATALOGUE.map(({ path }) => path) } });
  expect(await documentOf()).not.toEqual(document);
  expect(
    (await ada.run(ROLLBACK, { scope: 'TENANT', toVersion: first })).data.configRollback.userErrors,
  ).toEqual([]);
  expect(await documentOf()).toEqual(document);
});
