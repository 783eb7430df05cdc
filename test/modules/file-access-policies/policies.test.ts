import { expect, test } from '@jest/globals';
import type { ViewerContext } from '../../../src/core/context.ts';
import { systemActor } from '../../../src/core/rows/actor.ts';
import { createFileAccessPolicy } from '../../../src/modules/file-access-policies/file-access-policies.commands.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { describeOnPostgres } from '../../support/real-servers.ts';
import { aStage } from '../../support/stage.ts';
import { TableDump } from '../../support/table-dump.ts';
import { aViewer } from '../../support/unit-group.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;
const MAX_POLICIES = 500;
const AT_ONCE = 10;

const INPUT = { filePattern: '/drafts/**', condition: 'false', effect: 'ALLOW' } as const;

const { installation, ada } = await aStage({ acme: { ada: 'TENANT_ADMIN' } });

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

describeOnPostgres('a condition of an earlier release', () => {
  test('that would be refused now does not keep the other fields from being changed, in commands and previews', async () => {
    const condition = 'user.attributes.clearance + 1 > 3';
    const { fileAccessPolicyCreate } = await ada.ask(
      `mutation ($input: FileAccessPolicyCreateInput!) { fileAccessPolicyCreate(input: $input) { fileAccessPolicyId } }`,
      { input: { ...INPUT, name: 'Of an earlier release' } },
    );
    const id = fileAccessPolicyCreate.fileAccessPolicyId;
    const tables = await TableDump.open(installation.app.config.databaseUrl);
    await tables.run('UPDATE file_access_policy SET condition = $1 WHERE id = $2', [condition, id]);
    await tables.close();
    const update = async (input: object) => {
      const { data } = await ada.run(
        `mutation ($id: ID!, $input: FileAccessPolicyUpdateInput!) { fileAccessPolicyUpdate(id: $id, input: $input) {
        userErrors { code path } } }`,
        { id, input },
      );
      return data.fileAccessPolicyUpdate.userErrors;
    };
    const preview = async (input: object) => {
      const { errors } = await ada.run(
        `query ($id: ID!, $input: FileAccessPolicyTriedInput!) {
        fileAccessPolicyPreview(id: $id, input: $input, paths: ["/x"]) { gainedCount } }`,
        { id, input },
      );
      return errors?.[0]?.extensions.code;
    };
    const other = { condition: 'user.attributes.clearance + 2 > 3' };
    expect(await preview({ isEnabled: false })).toBeUndefined();
    expect(await preview({ isEnabled: false, condition })).toBeUndefined();
    expect(await preview(other)).toBe('BAD_USER_INPUT');
    expect(await update({ isEnabled: false, condition })).toEqual([]);
    expect(await update(other)).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'condition'] }]);
  });
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
    expect(refusals.map(({ reason }) => reason.errors)).toMatchObject(
      Array.from({ length: 2 * AT_ONCE }, () => [error]),
    );
    expect(await database.prisma.fileAccessPolicy.count({ where: { tenantId } })).toBe(MAX_POLICIES);
    await other.create();
  } finally {
    await database.drop();
  }
});
