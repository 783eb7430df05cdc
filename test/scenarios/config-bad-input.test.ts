import { expect, test } from '@jest/globals';
import { mutate, refusals } from '../support/mutate.ts';
import type { Person } from '../support/person.ts';
import { aStage } from '../support/stage.ts';

const { installation, acme, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });
const root = await installation.aUser('PLATFORM_ADMIN', {});
await mutate(root, 'syncRuleCreate', {
  input: {
    ...{ name: 'Merge', triggers: ['notifications.**', 'auth.password.*', 'auth.providers.oidc.secret'] },
    ...{ targetScopes: ['TENANT'], direction: 'DOWN', strategy: 'MERGE', priority: 1 },
  },
});

const CHANNELS = 'notifications.payments.channels';
const DIGEST = 'notifications.digest';
const SECRET = 'auth.providers.oidc.secret';
const LENGTH = 'auth.password.minLength';
const STATUS = 'query ($id: ID) { tenantSyncStatus(tenantId: $id) { status } }';
const LAYER = '{ configurations(filter: { scope: { equals: TENANT } }) { nodes { version } } }';
const CONFLICTS = '{ configConflicts(filter: { status: { equals: OPEN } }) { nodes { id path } } }';

async function set(who: Person, scope: string, path: string, value: unknown, mode = 'DEFAULT') {
  await mutate(who, 'configUpdate', { input: { scope, set: [{ path, value, mode }] } });
  if (scope === 'PLATFORM') await adopted();
}
async function adopted(): Promise<void> {
  while ((await root.ask(STATUS, { id: acme.id })).tenantSyncStatus.status === 'PENDING');
}
async function unset(path: string): Promise<void> {
  await mutate(root, 'configUpdate', { input: { scope: 'PLATFORM', unset: [path] } });
  await adopted();
}
const versionNow = async (): Promise<number> => (await ada.ask(LAYER)).configurations.nodes[0]?.version ?? 0;

/** Runs a mutation that must be refused, and checks that the layer of the tenant is what it was. */
async function refused(name: string, args: Record<string, unknown>): Promise<string[]> {
  const before = await versionNow();
  const faults = await refusals(ada, name, args);
  expect(await versionNow()).toBe(before);
  return faults.map(({ code, path }) => `${code} ${path.join('.')}`);
}
const write = (path: string, value: unknown) =>
  refused('configUpdate', {
    input: {
      scope: 'TENANT',
      set: [
        { path, value },
        { path: 'branding.name', value: 'Half' },
      ],
    },
  });
const back = (toVersion: number) => refused('configRollback', { scope: 'TENANT', toVersion });

test('a path that is locked above is set by no write, entity, rollback or resolution, and nothing else of them is written', async () => {
  await set(ada, 'TENANT', DIGEST, 'DAILY');
  await set(ada, 'TENANT', 'branding.name', 'Acme');
  const version = await versionNow();
  await set(ada, 'TENANT', DIGEST, 'WEEKLY');
  await set(root, 'PLATFORM', DIGEST, 'NEVER', 'LOCKED');
  expect(await write(DIGEST, 'DAILY')).toEqual(['INVALID_STATE input.set.0.path']);
  expect(
    await refused('notificationPreferencesUpdate', {
      input: { scope: 'TENANT', digest: 'DAILY', language: 'de' },
    }),
  ).toEqual(['INVALID_STATE input.digest']);
  expect(await back(version)).toEqual(['INVALID_STATE toVersion']);
  expect(
    await refused('notificationPreferencesUpdate', { input: { scope: 'USER', digest: 'DAILY' } }),
  ).toEqual(['INVALID_STATE input.digest']);
  await unset(DIGEST);
});

test('a value weaker than a floor above is set by no write, entity, rollback or resolution', async () => {
  await set(root, 'PLATFORM', CHANNELS, ['PUSH']);
  await set(ada, 'TENANT', CHANNELS, ['EMAIL']);
  const version = await versionNow();
  await set(ada, 'TENANT', CHANNELS, ['EMAIL', 'SMS']);
  await set(root, 'PLATFORM', CHANNELS, ['SMS'], 'FLOOR');
  for (const weaker of [['EMAIL'], []])
    expect(await write(CHANNELS, weaker)).toEqual(['INVALID_INPUT input.set.0.value']);
  const preferences = { input: { scope: 'TENANT', paymentChannels: ['EMAIL'], language: 'de' } };
  expect(await refused('notificationPreferencesUpdate', preferences)).toEqual([
    'INVALID_INPUT input.paymentChannels',
  ]);
  expect(await back(version)).toEqual(['INVALID_INPUT toVersion']);

  await set(root, 'PLATFORM', LENGTH, 12);
  await set(ada, 'TENANT', LENGTH, 13);
  await set(root, 'PLATFORM', LENGTH, 14);
  const [conflict] = (await ada.ask(CONFLICTS)).configConflicts.nodes;
  expect(conflict).toMatchObject({ path: LENGTH });
  // Not adopted yet, so that the conflict is open still: the floor acts immediately.
  await mutate(root, 'configUpdate', {
    input: { scope: 'PLATFORM', set: [{ path: LENGTH, value: 15, mode: 'FLOOR' }] },
  });
  const late = await refusals(ada, 'configConflictResolve', { id: conflict.id, input: { value: 13 } });
  expect(['INVALID_INPUT', 'INVALID_STATE']).toContain(late[0]?.code);
  await adopted();
});

test('a secret that was read is written back by no write or resolution', async () => {
  const text = (who: Person, scope: string, secret: string) =>
    mutate(who, 'configUpdate', { input: { scope, set: [{ path: SECRET, secret }] } });
  await text(ada, 'TENANT', 'one of the tenant');
  const { settings } = (await ada.ask(`{ effectiveConfig(paths: ["${SECRET}"]) { settings { value } } }`))
    .effectiveConfig;
  expect(settings[0].value).toMatchObject({ isSet: true });
  expect(await write(SECRET, settings[0].value)).toEqual(['INVALID_INPUT input.set.0.value']);
  await text(root, 'PLATFORM', 'one of the platform');
  await adopted();
  while (
    !(await ada.ask(CONFLICTS)).configConflicts.nodes.some(({ path }: { path: string }) => path === SECRET)
  );
  const { nodes } = (await ada.ask(CONFLICTS)).configConflicts;
  const { id } = nodes.find(({ path }: { path: string }) => path === SECRET);
  expect(await refused('configConflictResolve', { id, input: { value: settings[0].value } })).toEqual([
    'INVALID_INPUT input.value',
  ]);
});

test('a set that names an entry twice is refused with the place of the second', async () => {
  const [fault] = await refusals(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: CHANNELS, value: ['SMS', 'SMS'] }] },
  });
  expect(fault).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] });
  expect(fault?.message).toContain('at "/1": it is a duplicate of that at /0');
});

test('names that reach the prototype are unknown paths everywhere, and texts that mean something elsewhere are texts', async () => {
  for (const path of [
    '__proto__',
    'constructor.prototype',
    'toString',
    'branding.name ',
    'branding.__proto__',
  ]) {
    expect(await write(path, 1)).toEqual(['INVALID_INPUT input.set.0.path']);
    expect(await refused('configUpdate', { input: { scope: 'TENANT', unset: [path] } })).toEqual([
      'INVALID_INPUT input.unset.0',
    ]);
    // An opt-out reads its paths without the spaces around them.
    const input = {
      reason: 'Later.',
      paths: [path.replace(' ', 's')],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
    expect(await refused('configOptOut', { input })).toEqual(['INVALID_INPUT input.paths.0']);
  }
  for (const value of ['--x', '$patch', '__unset__', 'null']) {
    await set(ada, 'TENANT', 'branding.name', value);
    const { settings } = (
      await ada.ask('{ effectiveConfig(paths: ["branding.name"]) { settings { value } } }')
    ).effectiveConfig;
    expect(settings).toEqual([{ value }]);
  }
});

test('a text that cannot be stored is refused wherever it is in a value, and before the schema is asked', async () => {
  for (const text of ['a\u0000b', 'a\u001bb', 'a\ud800b']) {
    for (const [path, value] of [
      ['branding.name', text],
      ['business.documentKinds', [text]],
      ['business.labels', { unit: text }],
      ['business.labels', { [text]: 'Unit' }],
    ] as const) {
      const input = { scope: 'TENANT', set: [{ path, value }] };
      const [fault] = await refusals(ada, 'configUpdate', { input });
      expect(fault).toMatchObject({ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] });
      expect(fault?.message).toContain('control character');
    }
  }
});

test('a document of 2 MB is refused by the bound of a body before it is read, and one that fits a body by that of a value', async () => {
  // Its schema counts characters, of which these are 100 for each of 100 labels.
  const name = (index: number) => `unit${'abcdefghij'.charAt(index / 10)}${'abcdefghij'.charAt(index % 10)}`;
  const value = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [name(index), '🏠'.repeat(100)]),
  );
  const large = await refusals(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'business.labels', value }] },
  });
  expect(large).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'set', '0', 'value'] }]);
  expect(large[0]?.message).toContain('16384 characters');
  const [answer] = await refusals(ada, 'configUpdate', {
    input: { scope: 'TENANT', set: [{ path: 'business.labels', value: 'x'.repeat(2_000_000) }] },
  });
  expect(answer?.message).toContain('MAX_BODY_BYTES');
});
