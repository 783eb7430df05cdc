import { expect, test } from '@jest/globals';
import type { ViewerContext } from '../../../src/core/context.ts';
import { systemActor } from '../../../src/core/rows/actor.ts';
import { createFileAccessPolicy } from '../../../src/modules/file-access-policies/file-access-policies.commands.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { aStage } from '../../support/stage.ts';
import { aViewer } from '../../support/unit-group.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;
const MAX_POLICIES = 500;
const AT_ONCE = 10;

const INPUT = { filePattern: '/drafts/**', condition: 'false', effect: 'ALLOW' } as const;

const { ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

test('a policy without a name is named after its file pattern', async () => {
  const { fileAccessPolicyCreate } = await ada.ask(
    `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
      fileAccessPolicy { name filePattern } userErrors { code message path } } }`,
    { input: INPUT },
  );
  expect(fileAccessPolicyCreate.fileAccessPolicy).toEqual({ name: '/drafts/**', filePattern: '/drafts/**' });
});

test('a condition of which a part can never be evaluated is refused at its field, with its place and what to write', async () => {
  const { data } = await ada.run(
    `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) {
      userErrors { code message path } } }`,
    { input: { ...INPUT, condition: 'user.role == "CSR" && now.getHours("Mars/Phobos") < 18' } },
  );
  expect(data.fileAccessPolicyCreate.userErrors).toEqual([
    {
      code: 'INVALID_INPUT',
      message:
        'Line 1, column 23: now.getHours("Mars/Phobos") can never be evaluated: there is no time zone "Mars/Phobos": write a name such as "Europe/Berlin", or an offset such as "+02:00".',
      path: ['input', 'condition'],
    },
  ]);
});

/** A tenant that has so many policies, with the way for its administrator to create one more. */
async function aTenantWith({ prisma, transactions }: OpenDatabase, slug: string, count: number) {
  const { id: organizationId } = await prisma.organization.create({ data: { name: slug, slug } });
  const { id: tenantId } = await prisma.tenant.create({ data: { name: slug, slug, organizationId } });
  await prisma.feedHead.create({ data: { feed: tenantId } });
  await prisma.fileAccessPolicy.createMany({
    data: Array.from({ length: count }, (_, index) => ({
      ...INPUT,
      name: `${index}`,
      conditionCost: 1,
      tenantId,
    })),
  });
  const permissions = new Set(grantedPermissions.of('TENANT_ADMIN'));
  const viewer = aViewer({ role: 'TENANT_ADMIN', permissions, tenantId, reach: [tenantId] });
  const ctx = { viewer, transact: transactions.of(ORIGIN) } as ViewerContext;
  return { create: () => createFileAccessPolicy(ctx, { input: INPUT }), tenantId };
}

test('a tenant has no more policies than a decision can evaluate, also if many are created at the same moment; other tenants have theirs', async () => {
  const database = await anOpenDatabase();
  try {
    const { create, tenantId } = await aTenantWith(database, 'acme', MAX_POLICIES - AT_ONCE);
    const other = await aTenantWith(database, 'globex', 0);
    const oneByOne = async () => {
      const outcomes: PromiseSettledResult<unknown>[] = [];
      for (let time = 0; time < AT_ONCE; time += 1) outcomes.push(...(await Promise.allSettled([create()])));
      return outcomes;
    };
    const outcomes = (await Promise.all([oneByOne(), oneByOne(), oneByOne()])).flat();

    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
    const message = 'A tenant has 500 file-access policies at most: delete some first.';
    const error = { code: 'LIMIT_REACHED', message, path: ['input'] };
    expect(refusals.map(({ reason }) => reason.errors)).toEqual(
      Array.from({ length: 2 * AT_ONCE }, () => [error]),
    );
    expect(await database.prisma.fileAccessPolicy.count({ where: { tenantId } })).toBe(MAX_POLICIES);
    await other.create();
  } finally {
    await database.drop();
  }
});
