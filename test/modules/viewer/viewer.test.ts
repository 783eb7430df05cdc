import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { grantedPermissions } from '../../../src/rooms.ts';
import { Installation, type TestUser } from '../../support/installation.ts';
import { mutate } from '../../support/mutate.ts';

let installation: Installation;
let tenantId: string;
let csr: TestUser;

beforeAll(async () => {
  installation = await Installation.start();
  tenantId = (await installation.aTenant('Acme')).id;
  csr = await installation.aUser('CSR', { tenantId });
});

afterAll(() => installation.stop());

test('a viewer that has not signed in is null', async () => {
  expect(await installation.stranger().ask('{ viewer { id } }')).toEqual({ viewer: null });
});

test('a viewer has the permissions of the role, and those granted in addition', async () => {
  const permissions = async (): Promise<string[]> =>
    (await csr.ask('{ viewer { permissions } }')).viewer.permissions;
  const ofRole: readonly string[] = grantedPermissions.of('CSR');
  expect((await permissions()).toSorted()).toEqual(ofRole.toSorted());
  await mutate(installation.root, 'userUpdate', { id: csr.userId, input: { permissions: ['prices:read'] } });
  expect((await permissions()).toSorted()).toEqual([...ofRole, 'prices:read'].toSorted());
});

test('a viewer receives what was granted and what was revoked', async () => {
  const { root } = installation;
  const grant = (permissions: readonly string[]) =>
    mutate(root, 'userUpdate', { id: csr.userId, input: { permissions } });
  await grant(['prices:read']);
  const stream = csr.follow(
    'subscription ($after: Cursor) { viewerPermissionsChanged(after: $after) { granted revoked } }',
    { after: await csr.now(tenantId) },
  );
  await grant(['notes:read']);
  expect(await stream.event()).toEqual({ granted: ['notes:read'], revoked: ['prices:read'] });
});
