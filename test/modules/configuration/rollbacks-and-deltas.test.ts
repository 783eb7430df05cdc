import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HeldRow } from '../../support/held-row.ts';
import { mutate, refusals } from '../../support/mutate.ts';
import type { Person } from '../../support/person.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStage } from '../../support/stage.ts';
import { act, actInTree, look, type Tree, twinTrees, type World, writeAt } from '../../support/twin-trees.ts';

const { installation, acme, ada, sue, cleo } = await aStage(
  { acme: { ada: 'TENANT_ADMIN', sue: 'SUPPORT', cleo: 'CSR' } },
  { REQUESTS_PER_SECOND: '1000' },
);
const root = await installation.aUser('PLATFORM_ADMIN', {});
const [tree] = (await twinTrees(root, [{ tenant: acme, admin: ada, member: cleo }])) as [Tree];

/** The paths of which a rollback promises the values: no rule had passed over them, and no conflict or opt-out held them. */
function promised({ ofTenant, conflicts, optOuts }: World): readonly string[] {
  const held = [...optOuts, ...conflicts.map((conflict) => (conflict as { path: string }).path)];
  const isFree = ({ contributions }: World['ofTenant'][number]) =>
    contributions.every(({ standing }) => standing !== 'PASSED_OVER');
  return ofTenant
    .filter(isFree)
    .map(({ path }) => path)
    .filter((path) => !held.includes(path));
}

const valuesOf = ({ ofTenant, ofUser }: World, paths: readonly string[]) =>
  [...ofTenant, ...ofUser]
    .filter(({ path }) => paths.includes(path))
    .map(({ path, value, mode }) => [path, value, mode]);

test('a dry run of a rollback changes nothing, and the rollback after writes restores every effective value, of the tenant and of its users, in states with rules, locks, floors, conflicts and opt-outs', async () => {
  let restored = 0;
  const writes = fc.array(writeAt('TENANT'), { minLength: 1, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(fc.array(actInTree, { minLength: 2, maxLength: 4 }), writes, async (acts, later) => {
      for (const one of acts) await act(root, tree, one);
      const { world, version } = await look(tree);
      for (const one of later) await act(root, tree, one);
      const between = await look(tree);
      const back = { scope: 'TENANT', toVersion: version };
      expect(await refusals(ada, 'configRollback', { ...back, dryRun: true })).toEqual([]);
      expect(await look(tree)).toEqual(between);
      expect(await refusals(ada, 'configRollback', back)).toEqual([]);
      const paths = promised(world);
      expect(valuesOf((await look(tree)).world, paths)).toEqual(valuesOf(world, paths));
      if (JSON.stringify(valuesOf(between.world, paths)) !== JSON.stringify(valuesOf(world, paths)))
        restored += 1;
    }),
    { numRuns: 6, seed: 78, endOnFailure: true },
  );
  expect(restored).toBeGreaterThan(1);
}, 300_000);

const DOCUMENT = 'query { effectiveConfig { version settings { path value } } }';
const DELTA = 'query ($since: Int!) { configDelta(sinceVersion: $since) { version isReset patch } }';

/** The document that a client keeps: its version, and the value of each path that its user may read. */
interface Kept {
  readonly version: number;
  readonly values: Readonly<Record<string, unknown>>;
}

async function read(who: Person): Promise<Kept> {
  const { version, settings } = (await who.ask(DOCUMENT)).effectiveConfig;
  const entries = settings.map(({ path, value }: { path: string; value: unknown }) => [path, value]);
  return { version, values: Object.fromEntries(entries) };
}

async function patched(who: Person, { version, values }: Kept): Promise<Kept> {
  const { configDelta: delta } = await who.ask(DELTA, { since: version });
  const entries = delta.patch.map(({ path, value }: { path: string; value: unknown }) => [
    path.slice(1),
    value,
  ]);
  return { version: delta.version, values: { ...values, ...Object.fromEntries(entries) } };
}

test('a delta applied to any older document is the document of now, for each viewer, also if the old one was read between a lock and its adoption', async () => {
  const viewers = [ada, sue, cleo];
  const kept: { who: Person; old: Kept }[] = [];
  let hours = 24;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(writeAt('PLATFORM'), actInTree), { minLength: 3, maxLength: 5 }),
      async (acts) => {
        for (const one of acts) {
          // Not awaited first: some of these are read before the write, some before its adoption, some after it.
          const reading = viewers.map(async (who) => ({ who, old: await read(who) }));
          await act(root, tree, one);
          // Of a path that only some of them may read.
          hours += 1;
          const set = [{ path: 'auth.session.maxHours', value: hours }];
          await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
          kept.push(...(await Promise.all(reading)));
        }
        for (const { who, old } of kept) expect(await patched(who, old)).toEqual(await read(who));
      },
    ),
    { numRuns: 3, seed: 79, endOnFailure: true },
  );
  expect(Object.keys((await read(cleo)).values)).not.toContain('auth.session.maxHours');
}, 300_000);

describeOnPostgres('while the tenant cannot adopt', () => {
  test('a delta takes back a lock that was read before its adoption, and is gone with it', async () => {
    const path = 'notifications.digest';
    const write = (change: object) =>
      mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', ...change } });
    const before = await read(cleo);
    const value = before.values[path] === 'NEVER' ? 'WEEKLY' : 'NEVER';
    const held = await HeldRow.ofFeed(String(installation.app.config.databaseUrl), acme.id);
    await write({ set: [{ path, value, mode: 'LOCKED' }] });
    const between = await read(cleo);
    await write({ unset: [path] });
    await held.release();
    expect(between.values[path]).toBe(value);
    let now = await read(cleo);
    while (now.version === between.version) now = await read(cleo);
    expect(now.values[path]).not.toBe(value);
    expect(await patched(cleo, between)).toEqual(await read(cleo));
  });
});
