import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { forgetOldKeys } from '../../src/changes/idempotency.ts';
import { organizationEntity } from '../../src/modules/organizations/organizations.changes.ts';
import { anOpenDatabase, type OpenDatabase } from '../support/open-database.ts';

const HOUR_MS = 3_600_000;
const [YOUNG, OLD] = [23.9 * HOUR_MS, 24.1 * HOUR_MS];

let database: OpenDatabase;

beforeAll(async () => {
  database = await anOpenDatabase();
});

afterAll(() => database.drop());

/** A user who creates organizations under keys. */
function aWriter() {
  const userId = randomUUID();
  const actor = { kind: 'USER', id: userId, name: 'Ada', isOfPlatform: true } as const;
  const transact = database.transactions.of({ actor, requestId: null, ip: null });
  const create = async (key: string, name: string): Promise<string> => {
    const { value } = await transact(
      async (tx) => {
        const organization = await tx.db.organization.create({ data: { name, slug: randomUUID() } });
        await tx.db.feedHead.create({ data: { feed: organization.id } });
        return tx.created(organizationEntity, organization);
      },
      { key, request: { name } },
    );
    return value.id;
  };
  return { userId, create };
}

/** Sets the age of the keys of a user. */
async function age(userId: string, ageMs: number): Promise<void> {
  const createdAt = new Date(Date.now() - ageMs);
  await database.prisma.idempotencyKey.updateMany({ where: { userId }, data: { createdAt } });
}

test('a request that is repeated within 24 hours has one effect, and its key is refused for another request', async () => {
  const { userId, create } = aWriter();
  const first = await create('a key', 'Acme');
  await age(userId, YOUNG);
  expect(await create('a key', 'Acme')).toBe(first);
  await expect(create('a key', 'Globex')).rejects.toMatchObject({
    errors: [{ code: 'ALREADY_EXISTS', path: ['idempotencyKey'] }],
  });
});

test('a key is free for another request after 24 hours, and has its answer from then on', async () => {
  const { userId, create } = aWriter();
  const first = await create('a key', 'Acme');
  await age(userId, OLD);
  const second = await create('a key', 'Globex');
  expect(second).not.toBe(first);
  expect(await create('a key', 'Globex')).toBe(second);
});

test('the key of one user is free for every other user', async () => {
  const [ada, bob] = [aWriter(), aWriter()];
  const ofAda = await ada.create('a key', 'Acme');
  const ofBob = await bob.create('a key', 'Acme');
  expect(ofBob).not.toBe(ofAda);
  expect([await ada.create('a key', 'Acme'), await bob.create('a key', 'Acme')]).toEqual([ofAda, ofBob]);
});

test('the clean-up removes every key that has expired, beyond one batch, and no younger one', async () => {
  const [expired, kept] = [aWriter(), aWriter()];
  const keys = Array.from({ length: 2_500 }, (_, index) => `key ${index}`);
  const { prisma } = database;
  await prisma.idempotencyKey.createMany({
    data: keys.map((key) => ({ userId: expired.userId, key, requestHash: 'a hash' })),
  });
  await kept.create('a key', 'Acme');
  await age(expired.userId, OLD);
  await age(kept.userId, YOUNG);
  await forgetOldKeys(prisma);
  const userIds = await prisma.idempotencyKey.findMany({
    where: { userId: { in: [expired.userId, kept.userId] } },
    select: { userId: true },
  });
  expect(userIds).toEqual([{ userId: kept.userId }]);
});
