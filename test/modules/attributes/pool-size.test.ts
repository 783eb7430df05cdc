import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ViewerContext } from '../../../src/core/context.ts';
import { systemActor } from '../../../src/core/rows/actor.ts';
import { addAttribute } from '../../../src/modules/attributes/attributes.commands.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { aViewer } from '../../support/unit-group.ts';

const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;
const MAX_ATTRIBUTES = 1_000;

let database: OpenDatabase;

beforeAll(async () => {
  database = await anOpenDatabase();
});

afterAll(() => database.drop());

async function adminOf(slug: string, attributes: number): Promise<(name: string) => Promise<unknown>> {
  const { prisma, transactions } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: slug, slug } });
  const { id: tenantId } = await prisma.tenant.create({ data: { name: slug, slug, organizationId } });
  await prisma.feedHead.create({ data: { feed: tenantId } });
  await prisma.attribute.createMany({
    data: Array.from({ length: attributes }, (_, index) => ({
      tenantId,
      scope: 'TENANT' as const,
      name: `${index}`,
    })),
  });
  const viewer = aViewer({
    role: 'TENANT_ADMIN',
    permissions: new Set(grantedPermissions.of('TENANT_ADMIN')),
    tenantId,
    reach: [tenantId],
  });
  const ctx = { viewer, transact: transactions.of(ORIGIN) } as ViewerContext;
  return (name) => addAttribute(ctx, { input: { name } });
}

test('a tenant has no more attributes than a decision can read, also if some are added at the same moment; other tenants have theirs', async () => {
  const add = await adminOf('full', MAX_ATTRIBUTES - 1);
  const outcomes = await Promise.allSettled(['one', 'two', 'three'].map(add));
  const refusals = outcomes.filter((outcome) => outcome.status === 'rejected');
  const refusal = {
    code: 'LIMIT_REACHED',
    message: 'A tenant has 1000 attributes at most: remove some first.',
    path: ['input'],
    rule: 'TOO_MANY_ATTRIBUTES',
    params: { max: 1000 },
  };
  expect(refusals.map(({ reason }) => reason.errors)).toEqual([[refusal], [refusal]]);
  const addElsewhere = await adminOf('other', 1);
  await addElsewhere('one');
});
