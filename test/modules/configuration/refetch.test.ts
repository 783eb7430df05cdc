import { expect, test } from '@jest/globals';
import { CATALOGUE } from '../../../src/configuration/catalogue/catalogue.ts';
import type { Viewer } from '../../../src/core/rights/viewer.ts';
import type { Configuration } from '../../../src/generated/prisma/client.ts';
import { typesToRefetch } from '../../../src/modules/configuration/refetch.ts';
import { schema } from '../../../src/schema.ts';
import { mutate } from '../../support/mutate.ts';
import { aStage } from '../../support/stage.ts';

const { acme, ada, cleo } = await aStage({ acme: { ada: 'TENANT_ADMIN', cleo: 'CSR' } });
const UPDATED = 'subscription ($after: Cursor) { configUpdated(after: $after) { refetch } }';

test('what a client should refetch are types of the schema, for every path', () => {
  const staff = { permissions: new Set(['config:read']), role: 'TENANT_ADMIN' } as unknown as Viewer;
  for (const { path } of CATALOGUE) {
    const names = typesToRefetch({ paths: [path] } as Configuration, staff);
    expect(names).toContain('EffectiveConfig');
    expect(names.filter((name) => !schema.getType(name))).toEqual([]);
  }
});

test('D: an event names the types to refetch, of the paths that its viewer may read and of no other', async () => {
  const after = await ada.now(acme.id);
  const streams = [ada, cleo].map((who) => who.follow(UPDATED, { after }));
  const set = [
    { path: 'permissions.templates.OWNER', value: [] },
    { path: 'modules.payments.enabled', value: false },
  ];
  await mutate(ada, 'configUpdate', { input: { scope: 'TENANT', set } });
  const [all, some] = await Promise.all(streams.map((stream) => stream.event()));
  expect(all).toEqual({
    refetch: ['EffectiveConfig', 'Module', 'Payment', 'PermissionTemplate', 'User', 'Viewer'],
  });
  expect(some).toEqual({ refetch: ['EffectiveConfig', 'Module', 'Payment'] });
});
