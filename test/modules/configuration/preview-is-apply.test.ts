import { isDeepStrictEqual } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Json } from '../../../src/configuration/algebra/json.ts';
import { resolve } from '../../../src/configuration/algebra/resolve.ts';
import type { Mode, Scope, Setting } from '../../../src/configuration/algebra/settings.ts';
import { knownPath } from '../../../src/configuration/catalogue/catalogue.ts';
import { adoptedByAll } from '../../support/adopted.ts';
import { Dice } from '../../support/dice.ts';
import { mutate } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { aStage } from '../../support/stage.ts';

const { installation, acme, globex, initech, umbrella, ada, cleo, gil, gus, ina, ian, uma, ugo } =
  await aStage({
    acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' },
    globex: { gil: 'TENANT_ADMIN', gus: 'CSR' },
    initech: { ina: 'TENANT_ADMIN', ian: 'CSR' },
    umbrella: { uma: 'TENANT_ADMIN', ugo: 'CSR' },
  });
const root = await installation.aUser('PLATFORM_ADMIN', {});
/** The users that belong to no tenant: the administrator of the stage, and this one. */
const ABOVE_TENANTS = 2;
const [lettings, storage] = [await aBusinessType('lettings'), await aBusinessType('storage')];
/** A tree of four levels: two tenants of one business type, one of another, and one of none. */
const TENANTS = [
  { id: acme.id, type: lettings, staff: [ada, cleo] },
  { id: globex.id, type: lettings, staff: [gil, gus] },
  { id: initech.id, type: storage, staff: [ina, ian] },
  { id: umbrella.id, type: null, staff: [uma, ugo] },
] as const;
for (const { id, type } of TENANTS)
  await mutate(root, 'tenantUpdate', { id, input: { businessTypeId: type } });

async function aBusinessType(key: string): Promise<string> {
  return (await mutate(root, 'businessTypeCreate', { input: { key, name: key } }, 'businessTypeId'))
    .businessTypeId;
}

const RULES = [
  { strategy: 'MERGE', triggers: ['business.*', 'notifications.digest'] },
  { strategy: 'PLATFORM_WINS', triggers: ['modules.**'] },
  { strategy: 'PLATFORM_WINS', triggers: ['branding.*'], autoApply: false },
  { strategy: 'TENANT_WINS', triggers: ['notifications.payments.*'], autoApply: false },
];
for (const [index, rule] of RULES.entries()) {
  const reach = { targetScopes: ['TENANT'], direction: 'DOWN', priority: 50 + index };
  await mutate(root, 'syncRuleCreate', { input: { name: `Rule ${index}`, ...rule, ...reach } });
}

/** Some paths of each kind, with values from the weakest to the strongest. */
const VALUES: Readonly<Record<string, readonly Json[]>> = {
  'auth.password.minLength': [12, 14, 20],
  'auth.session.maxHours': [null, 24, 8],
  'auth.providers.allowed': [['GOOGLE', 'OIDC', 'PASSWORD'], ['OIDC', 'PASSWORD'], ['PASSWORD']],
  'branding.primaryColor': ['#000000', '#111111', '#222222'],
  'business.documentKinds': [['LEASE'], ['INVOICE'], []],
  'business.labels': [{ unit: 'Flat' }, { room: 'Room' }],
  'modules.payments.enabled': [true, false],
  'modules.properties.enabled': [true, false],
  'notifications.digest': ['DAILY', 'WEEKLY', 'NEVER'],
  'notifications.payments.channels': [[], ['EMAIL'], ['EMAIL', 'SMS']],
  'permissions.templates.CSR': [null, ['customers:read'], ['contacts:read', 'customers:read']],
};
const PATHS = Object.keys(VALUES);
const FOR_USERS = PATHS.filter((path) => path.startsWith('notifications.'));
const MODES: readonly Mode[] = ['DEFAULT', 'DEFAULT', 'FLOOR', 'LOCKED', 'USER_OWNED'];

const COUNTS = `tenantCount userCount conflictCount tenants { tenantId paths }
  paths { path tenantCount userCount conflictCount values { before after count }
    below { scope shadowed clamped invalid actAgain passedOver } }
  roles { role userCount granted { permission userCount } revoked { permission userCount } }
  modules { name onCount offCount }`;
const PREVIEW = `query ($input: ConfigUpdateInput!, $toVersion: Int) {
  configChangePreview(input: $input, toVersion: $toVersion) { previewToken ${COUNTS} userErrors { code message path } } }`;
const WRITE = `mutation ($input: ConfigUpdateInput!, $previewToken: String) {
  configUpdate(input: $input, previewToken: $previewToken) { userErrors { code message path } } }`;
const ROLLBACK = `mutation ($scope: ConfigScope!, $toVersion: Int!, $previewToken: String) {
  configRollback(scope: $scope, toVersion: $toVersion, previewToken: $previewToken) { userErrors { code message path } } }`;
const CONFLICTS = `query ($id: ID) {
  configConflicts(tenantId: $id, filter: { status: { equals: OPEN } }) { nodes { path } } }`;
const EFFECTIVE = `query ($tenantId: ID, $userId: ID, $paths: [String!]) {
  effectiveConfig(tenantId: $tenantId, userId: $userId, paths: $paths) {
    version settings { path value contributions { scope standing } } } }`;

/** The value of a path, and what has become of each setting. */
interface Acting {
  readonly value: Json;
  readonly contributions: readonly { readonly scope: Scope; readonly standing: string }[];
}

type Document = ReadonlyMap<string, Acting>;

/** All that acts at one moment, as the API shows it to those on whom it acts. */
interface World {
  readonly tenants: ReadonlyMap<string, Document>;
  readonly users: ReadonlyMap<Person, Document>;
  readonly above: ReadonlyMap<string, Json>;
  readonly modules: ReadonlyMap<string, readonly string[]>;
  readonly permissions: ReadonlyMap<Person, readonly string[]>;
  /** The paths that have an open conflict, once for each tenant. */
  readonly disputed: readonly string[];
}

/** The settings of the platform, as far as it was accepted: its users have no document in the API. */
const ofPlatform = new Map<string, Setting>();

async function look(): Promise<World> {
  const [tenants, users] = [new Map<string, Document>(), new Map<Person, Document>()];
  const [modules, permissions] = [new Map<string, string[]>(), new Map<Person, string[]>()];
  const disputed: string[] = [];
  const lookAt = async ({ id: tenantId, staff }: (typeof TENANTS)[number]) => {
    const ofTenant = await documentOf(root, { tenantId });
    tenants.set(tenantId, ofTenant);
    const asked = await root.ask('query ($id: ID) { modules(tenantId: $id) { name isEnabled } }', {
      id: tenantId,
    });
    const on = asked.modules.filter(({ isEnabled }: { isEnabled: boolean }) => isEnabled);
    const { configConflicts } = await root.ask(CONFLICTS, { id: tenantId });
    disputed.push(...configConflicts.nodes.map(({ path }: { path: string }) => path));
    modules.set(
      tenantId,
      on.map(({ name }: { name: string }) => name),
    );
    for (const person of staff) {
      // A path that the user may not read acts on it as on its tenant: users cannot set such a path.
      users.set(person, new Map([...ofTenant, ...(await documentOf(person, { userId: person.userId }))]));
      permissions.set(person, (await person.ask('query { viewer { permissions } }')).viewer.permissions);
    }
  };
  await Promise.all(TENANTS.map(lookAt));
  const above = new Map(PATHS.map((path) => [path, valueAboveTenants(path)]));
  return { tenants, users, above, modules, permissions, disputed };
}

async function documentOf(who: Person, of: object): Promise<Document> {
  const { settings } = (await who.ask(EFFECTIVE, { ...of, paths: PATHS })).effectiveConfig;
  return new Map(settings.map(({ path, ...acting }: Acting & { path: string }) => [path, acting]));
}

function valueAboveTenants(path: string): Json {
  const [entry, setting] = [knownPath(path), ofPlatform.get(path)];
  if (!entry) throw new Error(path);
  return resolve(entry, setting ? [{ scope: 'PLATFORM', newest: setting, adopted: setting }] : []).value;
}

/** The changes between two moments, counted one by one. */
function happened(before: World, after: World, scope: Scope, written: readonly string[]): object {
  const changedIn = (old: Document | undefined, now: Document | undefined) =>
    written.filter((path) => !isDeepStrictEqual(old?.get(path)?.value, now?.get(path)?.value));
  const tenants = TENANTS.map(({ id }) => ({
    tenantId: id,
    paths: changedIn(before.tenants.get(id), after.tenants.get(id)),
  })).filter(({ paths }) => paths.length > 0);
  const users = [...before.users].map(([person, old]) => changedIn(old, after.users.get(person)));
  const above = written.filter((path) => !isDeepStrictEqual(before.above.get(path), after.above.get(path)));
  const conflictsOn = (path: string) =>
    scope === 'USER' ? 0 : after.disputed.filter((one) => one === path).length;
  const affected = [...users, ...Array.from({ length: ABOVE_TENANTS }, () => above)];
  return {
    // At the scope of a user only its own document changes.
    tenantCount: tenants.length,
    userCount: affected.filter((paths) => paths.length > 0).length,
    tenants: tenants.toSorted((one, other) => (one.tenantId < other.tenantId ? -1 : 1)),
    paths: written.map((path) => ({
      path,
      tenantCount: tenants.filter(({ paths }) => paths.includes(path)).length,
      userCount: affected.filter((paths) => paths.includes(path)).length,
      conflictCount: conflictsOn(path),
      values: valuesOf(before, after, scope, path),
      below: belowOf(before, after, scope, path),
    })),
    roles: rolesOf(before, after),
    modules: modulesOf(before, after),
    conflictCount: written.reduce((sum, path) => sum + conflictsOn(path), 0),
  };
}

function valuesOf(before: World, after: World, scope: Scope, path: string): object {
  const counts = new Map<string, number>();
  const [old, now] = scope === 'USER' ? [before.users, after.users] : [before.tenants, after.tenants];
  for (const [key, document] of old as ReadonlyMap<unknown, Document>) {
    const [was, is] = [
      document.get(path)?.value,
      (now as ReadonlyMap<unknown, Document>).get(key)?.get(path)?.value,
    ];
    if (isDeepStrictEqual(was, is)) continue;
    const change = JSON.stringify([was, is]);
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  return new Set([...counts].map(([change, count]) => `${change} ${count}`));
}

const HELD_BACK: Readonly<Record<string, string>> = {
  SHADOWED: 'shadowed',
  CLAMPED: 'clamped',
  INVALID: 'invalid',
  PASSED_OVER: 'passedOver',
};

function belowOf(before: World, after: World, scope: Scope, path: string): object {
  const scopes: readonly Scope[] = ['PLATFORM', 'BUSINESS_TYPE', 'TENANT', 'USER'];
  return scopes.slice(scopes.indexOf(scope) + 1).flatMap((below) => {
    const seen = new Set<string>();
    const [old, now] = below === 'USER' ? [before.users, after.users] : [before.tenants, after.tenants];
    for (const [key, document] of old as ReadonlyMap<unknown, Document>) {
      const outcome = outcomeOf(document, (now as ReadonlyMap<unknown, Document>).get(key), below, path);
      const whose = below === 'BUSINESS_TYPE' ? TENANTS.find(({ id }) => id === key)?.type : keyOf(key);
      if (outcome) seen.add(`${outcome} ${whose}`);
    }
    const count = (outcome: string) => [...seen].filter((one) => one.startsWith(`${outcome} `)).length;
    const counts = {
      shadowed: count('shadowed'),
      clamped: count('clamped'),
      invalid: count('invalid'),
      actAgain: count('actAgain'),
      passedOver: count('passedOver'),
    };
    return seen.size > 0 ? [{ scope: below, ...counts }] : [];
  });
}

function outcomeOf(old: Document, now: Document | undefined, scope: Scope, path: string): string | undefined {
  const standingIn = (document: Document | undefined) =>
    document?.get(path)?.contributions.find((one) => one.scope === scope)?.standing ?? '';
  const [was, is] = [standingIn(old), standingIn(now)];
  if (was === is || is === '') return undefined;
  return HELD_BACK[is] ?? (HELD_BACK[was] && 'actAgain');
}

function keyOf(key: unknown): string {
  return typeof key === 'string' ? key : (key as typeof ada).userId;
}

function rolesOf(before: World, after: World): object {
  return (['CSR', 'TENANT_ADMIN'] as const).flatMap((role, index) => {
    const people = TENANTS.map(({ staff }) => staff[1 - index] as typeof ada);
    const steps = people.map((person) => {
      const [old, now] = [before.permissions.get(person) ?? [], after.permissions.get(person) ?? []];
      return {
        gained: now.filter((one) => !old.includes(one)),
        lost: old.filter((one) => !now.includes(one)),
      };
    });
    const counted = (lists: readonly (readonly string[])[]) =>
      [...new Set(lists.flat())].toSorted().map((permission) => ({
        permission,
        userCount: lists.filter((list) => list.includes(permission)).length,
      }));
    const userCount = steps.filter(({ gained, lost }) => gained.length + lost.length > 0).length;
    const granted = counted(steps.map(({ gained }) => gained));
    const revoked = counted(steps.map(({ lost }) => lost));
    return userCount > 0 ? [{ role, userCount, granted, revoked }] : [];
  });
}

function modulesOf(before: World, after: World): object {
  const names = ['CONSENTS', 'FILES', 'MAINTENANCE', 'PAYMENTS', 'PROPERTIES', 'STATUS'];
  return names.flatMap((name) => {
    const isOn = ({ modules }: World, id: string) => modules.get(id)?.includes(name) === true;
    const onCount = TENANTS.filter(({ id }) => !isOn(before, id) && isOn(after, id)).length;
    const offCount = TENANTS.filter(({ id }) => isOn(before, id) && !isOn(after, id)).length;
    return onCount + offCount > 0 ? [{ name, onCount, offCount }] : [];
  });
}

/** A random change, and who makes it. */
interface Change {
  readonly who: Person;
  readonly input: {
    readonly scope: Scope;
    readonly set?: readonly object[];
    readonly unset?: readonly string[];
  };
  readonly toVersion?: number;
}

async function changeAtRandom(dice: Dice): Promise<Change> {
  const scope = dice.pick<Scope>([
    'PLATFORM',
    'PLATFORM',
    'BUSINESS_TYPE',
    'BUSINESS_TYPE',
    'TENANT',
    'TENANT',
    'USER',
  ]);
  const { staff } = dice.pick(TENANTS);
  const who = scope === 'TENANT' ? staff[0] : scope === 'USER' ? dice.pick(staff) : root;
  const place = {
    scope,
    ...(scope === 'BUSINESS_TYPE' && { businessTypeId: dice.pick([lettings, storage]) }),
  };
  if (scope === 'TENANT' && dice.chance(25)) {
    const { version } = (await who.ask(EFFECTIVE)).effectiveConfig;
    if (version > 0) return { who, input: place, toVersion: 1 + dice.below(version) };
  }
  const paths = dice.some(scope === 'USER' ? FOR_USERS : PATHS, 3);
  const unset = paths.filter(() => dice.chance(25));
  const set = paths
    .filter((path) => !unset.includes(path))
    .map((path) => ({
      path,
      value: dice.pick(VALUES[path] ?? []),
      mode: scope === 'USER' ? 'DEFAULT' : dice.pick(MODES),
    }));
  return { who, input: { ...place, set, unset } };
}

test('preview = apply: on random trees of four levels what a preview counts is what has happened when every tenant has adopted', async () => {
  const dice = new Dice(59);
  let before = await look();
  const tally = { applied: 0, refused: 0, tenants: 0, roles: 0, modules: 0, below: 0, conflicts: 0 };
  for (let round = 0; round < 60; round += 1) {
    const { who, input, toVersion } = await changeAtRandom(dice);
    const previewed = (await who.run(PREVIEW, { input, toVersion })).data.configChangePreview;
    const { previewToken, userErrors, ...said } = previewed;
    const { scope } = input;
    const answer = (
      toVersion === undefined
        ? await who.run(WRITE, { input, previewToken })
        : await who.run(ROLLBACK, { scope, toVersion, previewToken })
    ).data;
    expect((answer.configUpdate ?? answer.configRollback).userErrors).toEqual(userErrors);
    if (userErrors.length > 0) {
      tally.refused += 1;
      continue;
    }
    if (scope === 'PLATFORM') noteOfPlatform(input);
    await adoptedByAll(root);
    const after = await look();
    const written = said.paths.map(({ path }: { path: string }) => path);
    const counted = happened(before, after, scope, written);
    expect({ round, input, ...said, paths: said.paths.map(withSets) }).toEqual({ round, input, ...counted });
    expect(others(before, written)).toEqual(others(after, written));
    tally.applied += 1;
    tally.tenants += said.tenantCount;
    tally.roles += said.roles.length;
    tally.modules += said.modules.length;
    tally.conflicts += said.conflictCount;
    tally.below += said.paths.filter(({ below }: { below: unknown[] }) => below.length > 0).length;
    before = after;
  }
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(0);
}, 240_000);

/** The changes of values of a path, in no order. */
function withSets({ values, ...path }: { values: { before: Json; after: Json; count: number }[] }) {
  const changes = values.map(({ before, after, count }) => `${JSON.stringify([before, after])} ${count}`);
  return { ...path, values: new Set(changes) };
}

function noteOfPlatform({ set = [], unset = [] }: Change['input']): void {
  for (const path of unset) ofPlatform.delete(path);
  for (const { path, value, mode } of set as { path: string; value: Json; mode: Mode }[])
    ofPlatform.set(path, { value, mode });
}

/** The values of the paths that a preview did not name. */
function others({ tenants, users }: World, written: readonly string[]): unknown {
  const rest = (document: Document | undefined) =>
    PATHS.filter((path) => !written.includes(path)).map((path) => [path, document?.get(path)?.value]);
  const people = TENANTS.flatMap(({ staff }) => [...staff]);
  return [TENANTS.map(({ id }) => rest(tenants.get(id))), people.map((person) => rest(users.get(person)))];
}
