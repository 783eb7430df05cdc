import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holds } from '../../../src/configuration/algebra/floors.ts';
import type { Json } from '../../../src/configuration/algebra/json.ts';
import type { Mode, Scope } from '../../../src/configuration/algebra/settings.ts';
import { knownPath } from '../../../src/configuration/catalogue/catalogue.ts';
import { aStage } from '../../support/stage.ts';
import {
  type Act,
  type Acting,
  act,
  actInTree,
  adoptedBy,
  look,
  PATHS,
  type Tree,
  twinTrees,
  type World,
  writeAt,
} from '../../support/twin-trees.ts';

const { installation, acme, globex, ada, cleo, gil, gus } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' }, globex: { gil: 'TENANT_ADMIN', gus: 'CSR' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const root = await installation.aUser('PLATFORM_ADMIN', {});
const [left, right] = (await twinTrees(root, [
  { tenant: acme, admin: ada, member: cleo },
  { tenant: globex, admin: gil, member: gus },
])) as [Tree, Tree];

/** The number of times that each kind of outcome was seen: a property over states that never come says nothing. */
const seen = { conflicts: 0, optOuts: 0, PASSED_OVER: 0, SHADOWED: 0, CLAMPED: 0 };

async function worlds(): Promise<readonly [World, World]> {
  const [one, other] = await Promise.all([look(left), look(right)]);
  const standings = [...one.world.ofTenant, ...one.world.ofUser].flatMap(({ contributions }) =>
    contributions.map(({ standing }) => standing),
  );
  seen.conflicts += one.world.conflicts.length;
  seen.optOuts += one.world.optOuts.length;
  for (const standing of ['PASSED_OVER', 'SHADOWED', 'CLAMPED'] as const)
    seen[standing] += standings.filter((each) => each === standing).length;
  return [one.world, other.world];
}

const pair = fc
  .tuple(actInTree, actInTree)
  .filter(([one, other]) => !one.paths.some((path) => other.paths.includes(path)));

const written = (scope: Scope, path: string, value: number, mode: Mode = 'DEFAULT'): Act => ({
  kind: 'WRITE',
  scope,
  paths: [path],
  changes: [[value, mode, false]],
});
// The histories begin with an open conflict, an opt-out, a setting that is passed over, one that is clamped and one that is
// shadowed.
for (const one of [
  written('BUSINESS_TYPE', 'notifications.digest', 0),
  written('TENANT', 'notifications.digest', 1),
  written('BUSINESS_TYPE', 'notifications.digest', 2),
  written('TENANT', 'modules.payments.enabled', 1),
  written('BUSINESS_TYPE', 'modules.payments.enabled', 0),
  written('TENANT', 'auth.password.minLength', 0),
  written('BUSINESS_TYPE', 'auth.password.minLength', 1, 'FLOOR'),
  written('TENANT', 'branding.primaryColor', 1),
  written('BUSINESS_TYPE', 'branding.primaryColor', 0, 'LOCKED'),
  { kind: 'OPT_OUT', paths: ['business.labels'] } as const,
])
  await Promise.all([left, right].map((tree) => act(root, tree, one)));

test('changes of disjoint paths commute, over trees with rules, holds, conflicts and opt-outs: twins that made them in the other order have the same values, and were refused the same', async () => {
  const history = fc.array(pair, { minLength: 3, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(history, writeAt('PLATFORM'), async (pairs, above) => {
      await act(root, left, above);
      await adoptedBy(root, right);
      for (const [one, other] of pairs) {
        const first = [await act(root, left, one), await act(root, left, other)];
        const second = [await act(root, right, other), await act(root, right, one)];
        expect([one, other, second.toReversed()]).toEqual([one, other, first]);
        const [here, there] = await worlds();
        expect({ one, other, world: there }).toEqual({ one, other, world: here });
      }
    }),
    { numRuns: 3, seed: 75, endOnFailure: true },
  );
}, 300_000);

test('to apply a change twice is to apply it once: no value, conflict, opt-out or version comes of the second time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(actInTree, { minLength: 4, maxLength: 5 }), async (acts) => {
      for (const one of acts) {
        await Promise.all([act(root, left, one), act(root, right, one)]);
        const { version } = await look(left);
        await act(root, left, one);
        expect([one, (await look(left)).version]).toEqual([one, version]);
        const [here, there] = await worlds();
        expect({ one, world: here }).toEqual({ one, world: there });
      }
    }),
    { numRuns: 2, seed: 76, endOnFailure: true },
  );
}, 300_000);

test('the states that the histories above went through are of every kind', () => {
  for (const [kind, count] of Object.entries(seen)) expect([kind, count > 0]).toEqual([kind, true]);
});

/** The locks and floors of the platform, which no adoption delays. */
const strict = new Map<string, { readonly value: Json; readonly mode: Mode }>();

async function strictAfter(above: Extract<Act, { kind: 'WRITE' }>): Promise<void> {
  for (const path of above.paths) strict.delete(path);
  const layer = `query ($paths: [String!]) { effectiveConfig(paths: $paths) {
    settings { path contributions { scope value mode } } } }`;
  const { settings } = (await ada.ask(layer, { paths: above.paths })).effectiveConfig;
  for (const { path, contributions } of settings) {
    const own = contributions.find(({ scope }: { scope: Scope }) => scope === 'PLATFORM');
    if (own?.mode === 'LOCKED' || own?.mode === 'FLOOR') strict.set(path, own);
  }
}

const stored = (documents: readonly Acting[], scope: Scope) =>
  documents.map(({ path, contributions }) => [path, contributions.find((one) => one.scope === scope)?.value]);
const isMerged = (path: string) => path.startsWith('business.') || path === 'notifications.digest';
const isAbove = (one: Act) => one.kind === 'WRITE' && ['PLATFORM', 'BUSINESS_TYPE'].includes(one.scope);

/** Checks that an act wrote into no layer below its own, but that a rule merged. */
function expectKept(one: Act, before: World, after: World): void {
  if (one.kind !== 'WRITE' || one.scope !== 'USER')
    expect({ one, kept: stored(after.ofUser, 'USER') }).toEqual({ one, kept: stored(before.ofUser, 'USER') });
  if (!isAbove(one)) return;
  const own = ({ ofTenant }: World) =>
    stored(
      ofTenant.filter(({ path }) => !isMerged(path)),
      'TENANT',
    );
  expect({ one, kept: own(after) }).toEqual({ one, kept: own(before) });
}

/** Checks that nothing acts beside a lock of the platform, and nothing weaker than its floor. */
function expectStrict({ ofTenant, ofUser }: World): void {
  for (const { path, value } of [...ofTenant, ...ofUser]) {
    const over = strict.get(path);
    const { floor } = knownPath(path) ?? {};
    if (over?.mode === 'LOCKED') expect([path, value]).toEqual([path, over.value]);
    if (over?.mode === 'FLOOR' && floor)
      expect([path, value, holds(floor, value, over.value)]).toEqual([path, value, true]);
  }
}

test('what users own is never overwritten, floors only strengthen, nothing acts beside a lock, and no change above writes into a tenant but a merge', async () => {
  // So there is a setting of the tenant below each lock and floor.
  for (const path of PATHS) {
    await act(root, left, written('PLATFORM', path, 0));
    await act(root, left, written('TENANT', path, 1));
  }
  const strictly = writeAt('PLATFORM', ['LOCKED', 'LOCKED', 'FLOOR', 'DEFAULT']);
  const history = fc.array(fc.oneof(strictly, actInTree), { minLength: 5, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(history, async (acts) => {
      for (const one of acts) {
        const before = (await look(left)).world;
        await act(root, left, one);
        if (one.kind === 'WRITE' && one.scope === 'PLATFORM') await strictAfter(one);
        const after = (await look(left)).world;
        expectKept(one, before, after);
        expectStrict(after);
      }
    }),
    { numRuns: 2, seed: 77, endOnFailure: true },
  );
}, 300_000);
