import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/configuration/algebra/json.ts';
import { resolve } from '../../../src/configuration/algebra/resolve.ts';
import type { Mode, Scope, Setting, Step } from '../../../src/configuration/algebra/settings.ts';
import { CATALOGUE, knownPath } from '../../../src/configuration/catalogue/catalogue.ts';
import { Dice } from '../../support/dice.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
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
const WRITERS: readonly (readonly [Scope, Person])[] = [
  ['PLATFORM', root],
  ['TENANT', ada],
  ['USER', ada],
];
const MODES: readonly Mode[] = ['DEFAULT', 'DEFAULT', 'FLOOR', 'LOCKED', 'USER_OWNED'];
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

/** Runs the due work until the tenant has adopted what the platform has set. */
async function adopted(): Promise<void> {
  const asked = 'query { configurations(filter: { scope: { equals: TENANT } }) { nodes { id } } }';
  const [layer] = (await ada.ask(asked)).configurations.nodes;
  const platform = (
    await root.ask('query { configurations(filter: { scope: { equals: PLATFORM } }) { nodes { version } } }')
  ).configurations.nodes[0]?.version;
  if (!layer || platform === undefined) return;
  const versions = 'query ($id: ID!) { configVersions(id: $id, last: 1) { nodes { platformVersion } } }';
  for (;;) {
    const [last] = (await ada.ask(versions, { id: layer.id })).configVersions.nodes;
    if (last.platformVersion === platform) return;
  }
}

test('what the API computes from the ledgers is what the pure function computes from the accepted writes', async () => {
  const dice = new Dice(7);
  const settings = new Map<string, Map<Scope, Setting>>(PATHS.map((path) => [path, new Map()]));
  const history: ReadonlyMap<string, Json>[] = [];
  for (let count = 0; count < 40; count += 1) {
    const [scope, who] = dice.pick(WRITERS);
    const path = dice.pick(PATHS);
    const setting = {
      value: dice.pick(VALUES[path] ?? []),
      mode: scope === 'USER' ? 'DEFAULT' : dice.pick(MODES),
    };
    const isUnset = dice.chance(25);
    const change = isUnset ? { unset: [path] } : { set: [{ path, ...setting }] };
    const { configUpdate } = (await who.run(WRITE, { input: { scope, ...change } })).data;
    if (configUpdate.userErrors.length === 0) {
      if (isUnset) settings.get(path)?.delete(scope);
      else settings.get(path)?.set(scope, setting as Setting);
    }
    if (scope === 'PLATFORM') await adopted();
    const document = await documentOf();
    for (const each of PATHS)
      expect([each, document.get(each)]).toEqual([each, expectedOf(each, settings.get(each))]);
    history.push(document);
  }
  expect(new Set(history.map((document) => JSON.stringify([...document]))).size).toBeGreaterThan(10);
}, 120_000);

function expectedOf(path: string, of: ReadonlyMap<Scope, Setting> | undefined): Json | undefined {
  const entry = knownPath(path);
  const steps = (['PLATFORM', 'TENANT', 'USER'] as const).flatMap((scope): Step[] => {
    const setting = of?.get(scope);
    return setting ? [{ scope, newest: setting, adopted: setting }] : [];
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
