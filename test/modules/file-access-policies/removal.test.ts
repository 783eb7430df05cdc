import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemActor } from '../../../src/core/rows/actor.ts';
import { removeFileAccessPolicy } from '../../../src/modules/file-access-policies/file-access-policies.commands.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { aViewer } from '../../support/unit-group.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;

let database: OpenDatabase;

beforeAll(async () => {
  database = await anOpenDatabase();
});

afterAll(() => database.drop());

async function aPolicy(slug: string): Promise<{ id: string; tenantId: string }> {
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: slug, slug } });
  const { id: tenantId } = await prisma.tenant.create({ data: { name: slug, slug, organizationId } });
  await prisma.feedHead.create({ data: { feed: tenantId } });
  const whole = { filePattern: '**', condition: 'true', conditionCost: 1, effect: 'ALLOW' as const };
  return prisma.fileAccessPolicy.create({ data: { ...whole, tenantId, name: slug } });
}

test('policies that are deleted as part of a larger transaction are deleted or kept with it, and only those in view are deleted', async () => {
  const [mine, theirs] = [await aPolicy('mine'), await aPolicy('theirs')];
  const viewer = aViewer({
    role: 'TENANT_ADMIN',
    permissions: new Set(grantedPermissions.of('TENANT_ADMIN')),
    tenantId: mine.tenantId,
    reach: [mine.tenantId],
  });
  const remove = (...ids: string[]) =>
    database.transactions.of(ORIGIN)(async (tx) => {
      for (const id of ids) await removeFileAccessPolicy(tx, { viewer }, { id });
    });
  const left = async () => (await database.prisma.fileAccessPolicy.findMany()).map(({ name }) => name).sort();

  await expect(remove(mine.id, theirs.id)).rejects.toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
  expect(await left()).toEqual(['mine', 'theirs']);
  await remove(mine.id);
  expect(await left()).toEqual(['theirs']);
  expect(await database.prisma.change.findMany({ select: { kind: true, feed: true } })).toEqual([
    { kind: 'DELETED', feed: mine.tenantId },
  ]);
});
