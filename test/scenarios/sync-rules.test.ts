import { expect, test } from '@jest/globals';
import { adoptedByAll } from '../support/adopted.ts';
import { codes, mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada, gil } = await aStage({
  acme: { ada: 'TENANT_ADMIN' },
  globex: { gil: 'TENANT_ADMIN' },
});
const root = await installation.aUser('PLATFORM_ADMIN', {});

const RULES = `{ syncRules { nodes { id version name triggers targetScopes direction strategy enabled priority } } }`;
const EFFECTIVE = `query { effectiveConfig { version settings { path value scope contributions { scope standing } } } }`;
const DEVIATIONS = `query ($filter: ConfigDeviationFilter) {
  configDeviations(filter: $filter) { nodes { tenantId path settingVersion rule { name } } } }`;
const REPORTED = `subscription ($after: Cursor) {
  tenantConfigReported(after: $after) { configDeviation { tenantId path settingVersion } } }`;

const DOWN = { targetScopes: ['TENANT'], direction: 'DOWN', strategy: 'PLATFORM_WINS' };
let priority = 1_000;

/** A rule that fits, with a priority of its own; `given` makes it another one. */
function aRule(given: object) {
  priority += 1;
  return { name: `Rule ${priority}`, triggers: ['branding.*'], priority, ...DOWN, ...given };
}

const write = (given: object): Promise<{ cursor: string; syncRule: { id: string } }> =>
  mutate(root, 'syncRuleCreate', { input: aRule(given) }, 'cursor syncRule { id }');
const create = async (given: object): Promise<string> => (await write(given)).syncRule.id;
const change = (id: string, input: object) => mutate(root, 'syncRuleUpdate', { id, input });
const remove = (id: string) => mutate(root, 'syncRuleDelete', { id });
const refused = (given: object) => refusals(root, 'syncRuleCreate', { input: aRule(given) });

const layer = (scope: string, entries: object, mode = 'DEFAULT') => ({
  input: { scope, set: Object.entries(entries).map(([path, value]) => ({ path, value, mode })) },
});
const set = (who: Person, scope: string, entries: object, mode?: string) =>
  mutate(who, 'configUpdate', layer(scope, entries, mode));

async function effective(who: Person, path: string) {
  const { settings } = (await who.ask(EFFECTIVE)).effectiveConfig;
  return settings.find((setting: { path: string }) => setting.path === path);
}

/** The standing of the tenant's own setting of a path, once the tenants have adopted what the platform has set. */
async function standing(who: Person, path: string): Promise<string | undefined> {
  await adoptedByAll(root);
  const { contributions } = await effective(who, path);
  return contributions.find(({ scope }: { scope: string }) => scope === 'TENANT')?.standing;
}

async function ruleNamed(name: string) {
  const { nodes } = (await root.ask(RULES)).syncRules;
  return nodes.find((rule: { name: string }) => rule.name === name);
}

const deviations = async (filter: object) => (await root.ask(DEVIATIONS, { filter })).configDeviations.nodes;

test('the three rules exist from the start', async () => {
  expect((await root.ask(RULES)).syncRules.nodes).toMatchObject([
    { name: 'Sign-in', direction: 'DOWN', strategy: 'PLATFORM_WINS', targetScopes: ['TENANT', 'USER'] },
    { name: 'Permission templates', direction: 'DOWN', strategy: 'MERGE', targetScopes: ['TENANT'] },
    { name: 'Notifications', direction: 'DOWN', strategy: 'TENANT_WINS', targetScopes: ['TENANT', 'USER'] },
  ]);
});

test('staff of a tenant neither reads nor writes rules, nor reads deviations', async () => {
  const { id } = await ruleNamed('Sign-in');
  expect(await codes(ada, 'syncRuleCreate', { input: aRule({}) })).toEqual(['FORBIDDEN']);
  expect(await codes(ada, 'syncRuleUpdate', { id, input: { enabled: false } })).toEqual(['FORBIDDEN']);
  for (const asked of ['{ syncRules { nodes { id } } }', '{ configDeviations { nodes { id } } }']) {
    expect((await ada.run(asked)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  }
});

test('a rule whose trigger is malformed, too long or of no path is refused with the place of the trigger', async () => {
  const faulty = ['', 'auth..x', 'auth.pass*', '__proto__*', 'a'.repeat(101), 'auth.nothing', 'nowhere.**'];
  for (const trigger of faulty) {
    expect(await refused({ triggers: ['branding.name', trigger] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'triggers', '1'] },
    ]);
  }
  expect(await refused({ triggers: [] })).toMatchObject([{ path: ['input', 'triggers'] }]);
  expect(await refused({ triggers: Array.from({ length: 21 }, (_, at) => `a${at}.**`) })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'triggers'] },
  ]);
});

test('a strategy that cannot act on the scopes, the direction or the paths of its rule is refused', async () => {
  expect(await refused({ targetScopes: ['USER'] })).toMatchObject([{ path: ['input', 'targetScopes'] }]);
  expect(await refused({ targetScopes: ['PLATFORM'] })).toMatchObject([{ path: ['input', 'targetScopes'] }]);
  expect(await refused({ direction: 'UP' })).toMatchObject([{ path: ['input', 'strategy'] }]);
  const ofUsers = { triggers: ['notifications.**'], targetScopes: ['TENANT', 'USER'] };
  expect(await refused(ofUsers)).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'targetScopes'], message: expect.stringContaining('digest') },
  ]);
  expect(await refused({ strategy: 'USER_WINS', targetScopes: ['TENANT', 'USER'] })).toMatchObject([
    { code: 'INVALID_INPUT', path: ['input', 'strategy'], message: expect.stringContaining('branding.name') },
  ]);
});

test('a rule of equal priority on a path of another one is refused with both names, and also when it is enabled later', async () => {
  const first = await create({ name: 'First', priority: 7 });
  const second = { name: 'Second', triggers: ['branding.name', 'business.**'], priority: 7 };
  expect(await refused(second)).toMatchObject([
    {
      code: 'INVALID_STATE',
      path: ['input', 'priority'],
      message: 'The rule "First" has this priority, and both are about these paths: branding.name.',
    },
  ]);
  const id = await create({ ...second, enabled: false });
  expect(await codes(root, 'syncRuleUpdate', { id, input: { enabled: true } })).toEqual(['INVALID_STATE']);
  await change(id, { enabled: true, triggers: ['business.**'] });
  await remove(first);
  await remove(id);
});

test('a circle of rules is refused with the circle, and also when it is closed by enabling', async () => {
  const self = { direction: 'BOTH', name: 'Self' };
  expect(await refused(self)).toMatchObject([
    {
      code: 'INVALID_STATE',
      path: ['input', 'direction'],
      message:
        'Over the path branding.name these rules would trigger one another: Self (BOTH) → Self (BOTH).',
    },
  ]);
  const down = await create({ name: 'Down', enabled: false });
  const up = await create({ name: 'Up', direction: 'UP', strategy: 'TENANT_WINS' });
  expect(await refusals(root, 'syncRuleUpdate', { id: down, input: { enabled: true } })).toMatchObject([
    { message: expect.stringContaining('Down (DOWN) → Up (UP) → Down (DOWN)') },
  ]);
  await change(down, { enabled: true, triggers: ['business.labels'] });
  await remove(down);
  await remove(up);
});

test('a rule by which the platform wins is refused over a path that the platform leaves to users, and another one is not', async () => {
  await set(root, 'PLATFORM', { 'notifications.digest': 'DAILY' }, 'USER_OWNED');
  const about = { triggers: ['notifications.digest'] };
  expect(await refused(about)).toMatchObject([
    { code: 'INVALID_STATE', path: ['input', 'triggers'], message: expect.stringContaining('digest') },
  ]);
  await remove(await create({ ...about, strategy: 'TENANT_WINS' }));
});

test('where the platform wins, its next value passes over the tenant’s own, which is kept and acts again by a write', async () => {
  const path = 'auth.session.maxHours';
  await set(ada, 'TENANT', { [path]: 8 });
  await set(root, 'PLATFORM', { [path]: 12 });
  expect(await standing(ada, path)).toBe('PASSED_OVER');
  expect(await effective(ada, path)).toMatchObject({ value: 12, scope: 'PLATFORM' });
  await set(ada, 'TENANT', { [path]: 8 });
  expect(await effective(ada, path)).toMatchObject({ value: 8, scope: 'TENANT' });
  await set(root, 'PLATFORM', { [path]: 14 });
  expect(await standing(ada, path)).toBe('PASSED_OVER');
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
  expect(await standing(ada, path)).toBe('EFFECTIVE');
  expect(await effective(ada, path)).toMatchObject({ value: 8 });
});

test('an adoption says which rule, in which version, decided a path', async () => {
  const path = 'auth.session.idleMinutes';
  await set(ada, 'TENANT', { [path]: 30 });
  await set(root, 'PLATFORM', { [path]: 60 });
  await adoptedByAll(root);
  const layers = '{ configurations(filter: { scope: { equals: TENANT } }) { nodes { id } } }';
  const { id } = (await ada.ask(layers)).configurations.nodes[0];
  const asked =
    'query ($id: ID!) { configVersions(id: $id, last: 1) { nodes { step causes { path ruleId ruleVersion } } } }';
  const rule = await ruleNamed('Sign-in');
  expect((await ada.ask(asked, { id })).configVersions.nodes).toEqual([
    { step: 'ADOPT', causes: [{ path, ruleId: rule.id, ruleVersion: rule.version }] },
  ]);
});

test('modes come before rules: a stronger setting below a floor acts, though the platform wins', async () => {
  const path = 'auth.password.minLength';
  await set(ada, 'TENANT', { [path]: 20 });
  await set(root, 'PLATFORM', { [path]: 12 }, 'FLOOR');
  expect(await standing(ada, path)).toBe('EFFECTIVE');
  expect(await effective(ada, path)).toMatchObject({ value: 20 });
});

test('where no rule acts, or the tenant wins, the tenant’s own value acts', async () => {
  await set(ada, 'TENANT', { 'branding.name': 'Acme', 'notifications.language': 'de' });
  await set(root, 'PLATFORM', { 'branding.name': 'All', 'notifications.language': 'en' });
  expect(await standing(ada, 'branding.name')).toBe('EFFECTIVE');
  expect(await standing(ada, 'notifications.language')).toBe('EFFECTIVE');
});

test('without automatic application a change waits for the tenant, which accepts it or keeps what acts', async () => {
  const path = 'branding.supportEmail';
  const rule = await create({ triggers: [path], autoApply: false });
  const proposal = async () => {
    await adoptedByAll(root);
    const open = 'filter: { status: { equals: OPEN }, path: { equals: "branding.supportEmail" } }';
    const { nodes } = (await ada.ask(`{ configConflicts(${open}) { nodes { id isProposal strategy } } }`))
      .configConflicts;
    return nodes[0];
  };
  const decide = (id: string, side: string) => mutate(ada, 'configConflictResolve', { id, input: { side } });
  const value = async () => (await effective(ada, path)).value;
  await set(root, 'PLATFORM', { [path]: 'one@platform.test' });
  const first = await proposal();
  expect(first).toMatchObject({ isProposal: true, strategy: 'PLATFORM_WINS' });
  expect(await value()).toBeNull();
  await decide(first.id, 'PLATFORM');
  expect(await value()).toBe('one@platform.test');
  await set(root, 'PLATFORM', { [path]: 'two@platform.test' });
  const second = await proposal();
  expect(await value()).toBe('one@platform.test');
  await decide(second.id, 'TENANT');
  expect(await effective(ada, path)).toMatchObject({ value: 'one@platform.test', scope: 'TENANT' });
  await set(root, 'PLATFORM', { [path]: 'three@platform.test' });
  expect(await proposal()).toMatchObject({ isProposal: true });
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: [path] } });
  expect(await proposal()).toMatchObject({ isProposal: true });
  await set(root, 'PLATFORM', { [path]: 'four@platform.test' }, 'LOCKED');
  expect(await proposal()).toBeUndefined();
  expect(await value()).toBe('four@platform.test');
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
  await adoptedByAll(root);
  await remove(rule);
});

test('of two rules the one with the smaller number decides, and one that is changed decides the next change', async () => {
  const path = 'branding.primaryColor';
  const later = await create({ triggers: ['branding.**'], priority: 20 });
  const first = await create({ triggers: [path], priority: 10, strategy: 'TENANT_WINS' });
  await set(ada, 'TENANT', { [path]: '#aaaaaa' });
  await set(root, 'PLATFORM', { [path]: '#111111' });
  expect(await standing(ada, path)).toBe('EFFECTIVE');
  await change(first, { enabled: false });
  expect(await standing(ada, path)).toBe('EFFECTIVE');
  await set(root, 'PLATFORM', { [path]: '#222222' });
  expect(await standing(ada, path)).toBe('PASSED_OVER');
  await change(first, { enabled: true });
  await set(root, 'PLATFORM', { [path]: '#333333' });
  expect(await standing(ada, path)).toBe('EFFECTIVE');
  await remove(first);
  await remove(later);
});

test('a deviation is reported once for each write, and is gone with the setting, with nothing written above', async () => {
  const path = 'business.documentKinds';
  const kinds = { name: 'Kinds', triggers: [path], direction: 'UP', strategy: 'TENANT_WINS' };
  const {
    cursor: after,
    syncRule: { id },
  } = await write(kinds);
  const before = await root.ask(
    '{ configurations(filter: { scope: { equals: PLATFORM } }) { nodes { version } } }',
  );
  const stream = root.follow(REPORTED, { after });
  await set(ada, 'TENANT', { [path]: ['lease'] });
  await set(gil, 'TENANT', { [path]: [] });
  await set(ada, 'TENANT', { [path]: ['lease', 'inventory'] });
  const one = (await stream.event()) as { configDeviation: { settingVersion: number } };
  const two = (await stream.event()) as { configDeviation: { settingVersion: number } };
  expect(one).toMatchObject({ configDeviation: { tenantId: acme.id, path } });
  expect(two).toMatchObject({ configDeviation: { tenantId: acme.id, path } });
  expect(two.configDeviation.settingVersion).toBeGreaterThan(one.configDeviation.settingVersion);
  expect(await deviations({ path: { equals: path } })).toEqual([
    { tenantId: acme.id, path, settingVersion: two.configDeviation.settingVersion, rule: { name: 'Kinds' } },
  ]);
  expect(
    await root.ask('{ configurations(filter: { scope: { equals: PLATFORM } }) { nodes { version } } }'),
  ).toEqual(before);
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', unset: [path] } });
  expect(await deviations({ path: { equals: path } })).toEqual([]);
  await remove(id);
});

test('a rule that begins to report finds what deviates already, and one that is deleted takes its reports back', async () => {
  const path = 'branding.supportEmail';
  await set(ada, 'TENANT', { [path]: 'help@acme.test' });
  const { cursor, syncRule } = await write({
    triggers: ['branding.supportEmail'],
    direction: 'BOTH',
    strategy: 'TENANT_WINS',
  });
  const next = async (name: string) => {
    const stream = root.follow(`subscription ($after: Cursor) { ${name}(after: $after) { cursor } }`, {
      after: cursor,
    });
    await stream.take(1);
    await stream.close();
  };
  await next('configDeviationCreated');
  expect(await deviations({ tenantId: { equals: acme.id } })).toHaveLength(1);
  await remove(syncRule.id);
  await next('configDeviationDeleted');
  expect(await deviations({ tenantId: { equals: acme.id } })).toEqual([]);
});

test('the last rule cannot be deleted, so that a start brings none back', async () => {
  const { nodes } = (await root.ask(RULES)).syncRules;
  for (const { id } of nodes.slice(1)) await remove(id);
  expect(await refusals(root, 'syncRuleDelete', { id: nodes[0].id })).toMatchObject([
    { code: 'INVALID_STATE', path: ['id'] },
  ]);
});
