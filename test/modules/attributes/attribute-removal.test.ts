import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ViewerContext } from '../../../src/core/context.ts';
import { PLATFORM_FEED } from '../../../src/core/feed.ts';
import { ROLE_PERMISSIONS } from '../../../src/core/permissions.ts';
import type { Transact } from '../../../src/core/transact.ts';
import type { Attribute } from '../../../src/generated/prisma/client.ts';
import { removeAttribute } from '../../../src/modules/attributes/attribute-removal.commands.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { aViewer } from '../../support/unit-group.ts';

const NAME = 'contractor';
const ORIGIN = { actor: { kind: 'SYSTEM', id: null, name: 'a test' }, requestId: null, ip: null } as const;

let database: OpenDatabase;
let attribute: Attribute;

beforeEach(async () => {
  database = await anOpenDatabase();
  attribute = await database.prisma.attribute.create({ data: { name: NAME, scope: 'PLATFORM' } });
});

afterEach(() => database.drop());

/** Makes a tenant whose people hold the attribute. */
async function holdersIn(slug: string, count: number): Promise<string> {
  const { prisma } = database;
  const { id: organizationId } = await prisma.organization.create({ data: { name: slug, slug } });
  const { id: tenantId } = await prisma.tenant.create({ data: { name: slug, slug, organizationId } });
  await prisma.feedHead.create({ data: { feed: tenantId } });
  await prisma.user.createMany({
    data: Array.from({ length: count }, (_, index) => ({
      id: uuidv7(),
      tenantId,
      name: `${slug} ${index}`,
      email: `${index}@${slug}.test`,
      role: 'CSR' as const,
      attributes: ['other', NAME],
    })),
  });
  return tenantId;
}

/** Somebody of the platform, whose process dies before the transaction with the number `diesAt`. */
function removal(diesAt = Number.POSITIVE_INFINITY) {
  let left = diesAt;
  const transact: Transact = (work) => {
    left -= 1;
    if (left < 0) throw new Error('killed');
    return database.transactions.of(ORIGIN)(work);
  };
  const viewer = aViewer({
    role: 'PLATFORM_ADMIN',
    permissions: new Set(ROLE_PERMISSIONS.PLATFORM_ADMIN),
    reach: 'EVERY_TENANT',
    tenantId: null,
  });
  return removeAttribute({ viewer, transact } as ViewerContext, attribute.id, { force: true });
}

const holders = () => database.prisma.user.count({ where: { attributes: { has: NAME } } });

test.each([1, 2, 3, 4])(
  'a removal that was cut short after %i transactions is completed by the next, and nobody is changed twice',
  async (diesAt) => {
    const { prisma } = database;
    const tenantIds = [await holdersIn('one', 2), await holdersIn('two', 2), await holdersIn('three', 1)];

    await expect(removal(diesAt)).rejects.toThrow('killed');
    expect(await prisma.attribute.count()).toBe(1);
    const { value } = await removal();

    expect(value.strippedFromCount).toBeLessThanOrEqual(5);
    expect([await holders(), await prisma.attribute.count()]).toEqual([0, 0]);
    const changes = await prisma.change.findMany({ orderBy: [{ feed: 'asc' }, { seq: 'asc' }] });
    const told = (feed: string) =>
      changes.filter((change) => change.feed === feed).map(({ entity }) => entity);
    expect(tenantIds.map(told)).toEqual([['User', 'User'], ['User', 'User'], ['User']]);
    expect(told(PLATFORM_FEED)).toEqual(['Attribute']);
    for (const user of await prisma.user.findMany()) {
      expect(user).toMatchObject({ attributes: ['other'], version: 2, rightsVersion: 2 });
    }
  },
);

test('a thousand holders are stripped in one transaction; of more, none is', async () => {
  await holdersIn('large', 1_000);
  await holdersIn('small', 1);
  await expect(removal()).rejects.toMatchObject({
    errors: [{ code: 'LIMIT_REACHED', message: expect.stringContaining('usersAttributesUpdate') }],
  });
  expect(await holders()).toBe(1_001);

  await database.prisma.user.deleteMany({ where: { name: { startsWith: 'small' } } });
  const { value } = await removal();
  expect([value.strippedFromCount, await holders()]).toEqual([1_000, 0]);
});
