import fc from 'fast-check';
import type { Json } from '../../src/configuration/algebra/json.ts';
import type { Mode, Scope } from '../../src/configuration/algebra/settings.ts';
import type { TestTenant } from './installation.ts';
import { mutate, refusals } from './mutate.ts';
import type { Person } from './person.ts';

/** Paths on which each kind of rule, of combination and of reader acts, with values from the weakest to the strongest. */
const VALUES: Readonly<Record<string, readonly Json[]>> = {
  'auth.password.minLength': [12, 14, 20],
  'branding.primaryColor': ['#000000', '#111111', '#222222'],
  'business.labels': [{ unit: 'Flat' }, { room: 'Room' }, { unit: 'Home', room: 'Space' }],
  'modules.payments.enabled': [true, false],
  'notifications.digest': ['DAILY', 'WEEKLY', 'NEVER'],
};
export const PATHS = Object.keys(VALUES);

/** Rules that merge, that pass over, and that propose. Those of the start merge templates and pass over sign-in. */
const RULES = [
  { strategy: 'MERGE', triggers: ['business.*', 'notifications.digest'] },
  { strategy: 'PLATFORM_WINS', triggers: ['modules.**'] },
  { strategy: 'PLATFORM_WINS', triggers: ['branding.*'], autoApply: false },
];

/** A business type with one tenant, its administrator and one more user. Twins have the same history. */
export interface Tree {
  readonly tenant: TestTenant;
  readonly businessTypeId: string;
  readonly admin: Person;
  readonly member: Person & { readonly userId: string };
}

/** Makes trees of tenants, each below a business type of its own, with rules that decide between their levels. */
export async function twinTrees(
  root: Person,
  tenants: readonly Omit<Tree, 'businessTypeId'>[],
): Promise<readonly Tree[]> {
  for (const [index, rule] of RULES.entries()) {
    const reach = { targetScopes: ['TENANT'], direction: 'DOWN', priority: 50 + index };
    await mutate(root, 'syncRuleCreate', { input: { name: `Rule ${index}`, ...rule, ...reach } });
  }
  const trees: Tree[] = [];
  for (const [index, tree] of tenants.entries()) {
    const input = { key: `twin-${index}`, name: `Twin ${index}` };
    const { businessTypeId } = await mutate(root, 'businessTypeCreate', { input }, 'businessTypeId');
    await mutate(root, 'tenantUpdate', { id: tree.tenant.id, input: { businessTypeId } });
    trees.push({ ...tree, businessTypeId });
    // To unset what a layer does not have is refused before its first version, and changes nothing afterwards.
    for (const [who, place] of [
      [root, { scope: 'BUSINESS_TYPE', businessTypeId }],
      [tree.admin, { scope: 'TENANT' }],
      [tree.member, { scope: 'USER' }],
    ] as const) {
      const set = [{ path: 'notifications.language', value: 'en' }];
      await mutate(who, 'configUpdate', { input: { ...place, set } });
    }
  }
  return trees;
}

/** A change of one path or several, in a tree or above all. */
export type Act =
  | {
      readonly kind: 'WRITE';
      readonly scope: Scope;
      readonly paths: readonly string[];
      readonly changes: readonly (readonly [value: number, mode: Mode, isUnset: boolean])[];
    }
  | { readonly kind: 'OPT_OUT' | 'CATCH_UP'; readonly paths: readonly string[] }
  | { readonly kind: 'RESOLVE'; readonly paths: readonly string[]; readonly side: 'PLATFORM' | 'TENANT' };

const ANY_MODE: readonly Mode[] = [
  'DEFAULT',
  'DEFAULT',
  'DEFAULT',
  'DEFAULT',
  'FLOOR',
  'LOCKED',
  'USER_OWNED',
];
const changeIn = (modes: readonly Mode[]) =>
  fc.tuple(
    fc.nat(2),
    fc.constantFrom(...modes),
    fc.integer({ min: 0, max: 4 }).map((throwOf) => throwOf === 0),
  );
const some = (max: number) => fc.subarray(PATHS, { minLength: 1, maxLength: max });

/** A write of a layer. Users set no path of these but one. */
export const writeAt = (scope: Scope, modes = ANY_MODE): fc.Arbitrary<Act> =>
  fc.record({
    kind: fc.constant('WRITE' as const),
    scope: fc.constant(scope),
    paths: scope === 'USER' ? fc.constant(['notifications.digest']) : some(3),
    changes: fc.tuple(changeIn(modes), changeIn(modes), changeIn(modes)),
  });

/** Any change in a tree. */
export const actInTree: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: writeAt('BUSINESS_TYPE') },
  { weight: 3, arbitrary: writeAt('TENANT') },
  { weight: 1, arbitrary: writeAt('USER') },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('OPT_OUT' as const), paths: some(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('CATCH_UP' as const), paths: some(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('RESOLVE' as const),
      paths: some(1),
      side: fc.constantFrom('PLATFORM' as const, 'TENANT' as const),
    }),
  },
);

/** Does an act in a tree, waits until what it changes above has been adopted, and tells by which codes it was refused. */
export async function act(root: Person, tree: Tree, one: Act): Promise<readonly string[]> {
  const refused = (await doOne(root, tree, one)).map(({ code, path }) => `${code} ${path.join('.')}`);
  if (one.kind === 'WRITE') await adoptedBy(root, tree);
  return refused;
}

async function doOne(root: Person, { admin, member, businessTypeId }: Tree, one: Act) {
  const [path] = one.paths;
  switch (one.kind) {
    case 'WRITE': {
      const { scope, paths, changes } = one;
      const by = { PLATFORM: root, BUSINESS_TYPE: root, TENANT: admin, USER: member }[scope];
      const given = paths.map((each, index) => ({ path: each, change: changes[index] ?? changes[0] }));
      const set = given.flatMap(({ path: each, change: [value, mode, isUnset] = [0, 'DEFAULT', false] }) => {
        const values = VALUES[each] ?? [];
        const setting = { value: values[value % values.length], mode: scope === 'USER' ? 'DEFAULT' : mode };
        return isUnset ? [] : [{ path: each, ...setting }];
      });
      const unset = paths.filter((each) => !set.some((entry) => entry.path === each));
      const place = scope === 'BUSINESS_TYPE' ? { scope, businessTypeId } : { scope };
      return refusals(by, 'configUpdate', { input: { ...place, set, unset } });
    }
    case 'OPT_OUT': {
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      return refusals(admin, 'configOptOut', { input: { reason: 'Later.', expiresAt, paths: one.paths } });
    }
    case 'CATCH_UP': {
      const { nodes } = (await admin.ask(OPT_OUTS)).configOptOuts;
      const found = nodes.find(({ paths }: { paths: string[] }) => paths.includes(path ?? ''));
      return found ? refusals(admin, 'configCatchUp', { id: found.id }) : [];
    }
    case 'RESOLVE': {
      const { nodes } = (await admin.ask(CONFLICTS)).configConflicts;
      const found = nodes.find((conflict: { path: string }) => conflict.path === path);
      const { side } = one;
      return found ? refusals(admin, 'configConflictResolve', { id: found.id, input: { side } }) : [];
    }
  }
}

const OPT_OUTS = 'query { configOptOuts(filter: { status: { equals: ACTIVE } }) { nodes { id paths } } }';
const CONFLICTS = `query { configConflicts(filter: { status: { equals: OPEN } }) {
  nodes { id path isProposal base { value } theirs { value } ours { value } } } }`;
const DOCUMENT = `query ($userId: ID, $paths: [String!]) { effectiveConfig(userId: $userId, paths: $paths) {
  version settings { path value mode isLocked contributions { scope value mode standing } } } }`;
const STATUS = 'query ($id: ID) { tenantSyncStatus(tenantId: $id) { status } }';

/** Waits until the tenant of a tree has adopted what is above it. */
export async function adoptedBy(root: Person, { tenant }: Tree): Promise<void> {
  for (;;) {
    const { status } = (await root.ask(STATUS, { id: tenant.id })).tenantSyncStatus;
    if (status === 'FAILED') throw new Error('The tenant has not adopted.');
    if (status !== 'PENDING') return;
  }
}

/** A path in a document. */
export interface Acting {
  readonly path: string;
  readonly value: Json;
  readonly mode: Mode;
  readonly isLocked: boolean;
  readonly contributions: readonly {
    readonly scope: Scope;
    readonly value: Json;
    readonly mode: Mode;
    readonly standing: string;
  }[];
}

/** All that acts in a tree, without ids and versions: twins with the same history have the same. */
export interface World {
  readonly ofTenant: readonly Acting[];
  readonly ofUser: readonly Acting[];
  readonly conflicts: readonly object[];
  readonly optOuts: readonly string[];
}

/** Looks at a tree; also gives the version of the tenant’s layer, which is no part of its world. */
export async function look({ admin, member }: Tree): Promise<{ readonly world: World; version: number }> {
  const [tenant, user, conflicts, optOuts] = await Promise.all([
    admin.ask(DOCUMENT, { paths: PATHS }),
    member.ask(DOCUMENT, { userId: member.userId, paths: PATHS }),
    admin.ask(CONFLICTS),
    admin.ask(OPT_OUTS),
  ]);
  const open = conflicts.configConflicts.nodes.map(({ id: _, ...one }: { id: string; path: string }) => one);
  const world = {
    ofTenant: tenant.effectiveConfig.settings,
    ofUser: user.effectiveConfig.settings,
    conflicts: open.toSorted((one: { path: string }, other: { path: string }) =>
      one.path < other.path ? -1 : 1,
    ),
    optOuts: optOuts.configOptOuts.nodes.flatMap(({ paths }: { paths: string[] }) => paths).toSorted(),
  };
  return { world, version: tenant.effectiveConfig.version };
}
