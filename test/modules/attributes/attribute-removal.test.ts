import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ViewerContext } from '../../../src/core/context.ts';
import { PLATFORM_FEED } from '../../../src/core/feeds/feed.ts';
import { OutOfTime } from '../../../src/core/requests/deadline.ts';
import { systemActor } from '../../../src/core/rows/actor.ts';
import type { Transact } from '../../../src/core/rows/transact.ts';
import type { Attribute } from '../../../src/generated/prisma/client.ts';
import { removeAttribute } from '../../../src/modules/attributes/attribute-removal.commands.ts';
import { grantedPermissions } from '../../../src/rooms.ts';
import { anOpenDatabase, type OpenDatabase } from '../../support/open-database.ts';
import { aViewer } from '../../support/unit-group.ts';

const NAME = 'contractor';
const ORIGIN = { actor: systemActor('a test'), requestId: null, ip: null } as const;

let database: OpenDatabase;
let attribute: Attribute;

beforeEach(async () => {
  database = await anOpenDatabase();
  attribute = await database.prisma.attribute.create({ data: { name: NAME, scope: 'PLATFORM' } });
});

afterEach(() => database.drop());

/** Makes a tenant whose users hold the attribute. */
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

interface Ends {
  /** The process dies before the transaction of this number. */
  readonly diesAt?: number;
  /** The time is over after so many transactions. */
  readonly hasTimeFor?: number;
}

/** A removal that a user of the platform asks for. */
function removal({ diesAt = Number.POSITIVE_INFINITY, hasTimeFor = Number.POSITIVE_INFINITY }: Ends = {}) {
  let made = 0;
  const transact: Transact = (work) => {
    if (made === diesAt) throw new Error('killed');
    made += 1;
    return database.transactions.of(ORIGIN)(work);
  };
  const deadline = {
    get refusal() {
      return made < hasTimeFor ? null : new OutOfTime(1, 'NOT_STARTED');
    },
  };
  const viewer = aViewer({
    role: 'PLATFORM_ADMIN',
    permissions: new Set(grantedPermissions.of('PLATFORM_ADMIN')),
    reach: 'EVERY_TENANT',
    tenantId: null,
  });
  return removeAttribute({ viewer, transact, deadline } as ViewerContext, { id: attribute.id, force: true });
}

const holders = () => database.prisma.user.count({ where: { attributes: { has: NAME } } });

test.each([1, 2, 3, 4])(
  'a removal that was cut short after %i transactions is completed by the next, and no user is changed twice',
  async (diesAt) => {
    const { prisma } = database;
    const tenantIds = [await holdersIn('one', 2), await holdersIn('two', 2), await holdersIn('three', 1)];

    await expect(removal({ diesAt })).rejects.toThrow('killed');
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

/** Moves the attribute into the pool of a tenant. */
async function ofTenant(tenantId: string): Promise<void> {
  attribute = await database.prisma.attribute.update({
    where: { id: attribute.id },
    data: { tenantId, scope: 'TENANT' },
  });
}

describe('of more holders than one transaction can strip', () => {
  const MANY = 2_050;
  const sizes = async () => {
    const changes = await database.prisma.change.groupBy({
      by: ['feed'],
      where: { entity: 'User' },
      _count: true,
    });
    return changes.map(({ _count }) => _count);
  };

  test.each(['PLATFORM', 'TENANT'] as const)(
    'one of the pool of the %s is taken from all users',
    async (scope) => {
      const tenantId = await holdersIn('large', MANY);
      if (scope === 'TENANT') await ofTenant(tenantId);
      const { value } = await removal();
      expect([value.strippedFromCount, await holders(), await database.prisma.attribute.count()]).toEqual([
        MANY,
        0,
        0,
      ]);
      expect(await sizes()).toEqual([MANY]);
    },
    120_000,
  );

  test('it is taken from as many users as there is time for, and a repeated removal continues where that one ended', async () => {
    await ofTenant(await holdersIn('large', MANY));
    // One transaction finds them, the next takes it from a thousand users, and one finds the rest.
    await expect(removal({ hasTimeFor: 3 })).rejects.toMatchObject({
      errors: [
        {
          code: 'LIMIT_REACHED',
          message: expect.stringMatching(
            /QUERY_TIMEOUT_MS.*taken from 1000 users.*Remove it again to continue/,
          ),
          path: ['id'],
        },
      ],
    });
    expect([await holders(), await database.prisma.attribute.count()]).toEqual([MANY - 1_000, 1]);
    const { value } = await removal();
    expect([value.strippedFromCount, await holders(), await database.prisma.attribute.count()]).toEqual([
      MANY - 1_000,
      0,
      0,
    ]);
    expect(await sizes()).toEqual([MANY]);
  }, 120_000);
});
