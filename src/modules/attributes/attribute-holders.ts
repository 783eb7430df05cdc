import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { type Attribute, Prisma, type User } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { readEntry } from './attribute-entries.terms.ts';

/** A user who holds an attribute, and the feed of the user's changes. */
export interface Holder {
  readonly id: string;
  readonly feed: string;
}

/**
 * Finds the users who hold an attribute, at most `limit`, feed by feed: users of its tenant or, for an attribute of the
 * platform, all users except those of tenants whose own attribute of this name shadows it.
 */
export function holdersOf(
  db: Prisma.TransactionClient,
  { tenantId, name }: Attribute,
  limit: number,
): Promise<Holder[]> {
  const isOfPool = tenantId
    ? Prisma.sql`tenant_id = ${tenantId}::uuid`
    : Prisma.sql`NOT EXISTS (SELECT 1 FROM attribute own WHERE own.tenant_id = "user".tenant_id AND own.name = ${name})`;
  return db.$queryRaw<Holder[]>`
    SELECT id::text, COALESCE(tenant_id, organization_id, ${PLATFORM_FEED}::uuid)::text AS feed FROM "user"
    WHERE ${isOfPool} AND EXISTS (
      SELECT 1 FROM unnest(attributes) AS entry WHERE entry = ${name} OR starts_with(entry, ${`${name}=`}))
    ORDER BY feed, id LIMIT ${limit}`;
}

/**
 * Takes an attribute from users, each by a change that alters the user's rights; returns how many held it. It locks, reads
 * and writes the users in batches, because one by one could exceed the time limit of a transaction.
 */
export async function strip(tx: Transaction, ids: readonly string[], name: string): Promise<number> {
  const before = (await lockUsers(tx, ids)).filter(({ attributes }) =>
    attributes.some((entry) => readEntry(entry).name === name),
  );
  const holders = before.map(({ id }) => id);
  await tx.db.$executeRaw`
    UPDATE "user" SET version = version + 1, rights_version = rights_version + 1, updated_at = now(), attributes = ARRAY(
      SELECT entry FROM unnest(attributes) WITH ORDINALITY AS held (entry, place)
      WHERE entry <> ${name} AND NOT starts_with(entry, ${`${name}=`}) ORDER BY place)
    WHERE id = ANY(${holders}::uuid[])`;
  const after = await usersOf(tx, holders);
  for (const [index, user] of before.entries()) {
    const written = after[index] as User;
    const { attributes, rightsVersion } = written;
    await tx.update(userEntity, user, { attributes, rightsVersion }, async () => written);
  }
  return before.length;
}

/** Locks in the order of the ids, so that two removals do not deadlock. */
async function lockUsers(tx: Transaction, ids: readonly string[]): Promise<User[]> {
  await tx.db.$executeRaw`
    SELECT 1 FROM "user" WHERE id = ANY(${[...ids]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
  return usersOf(tx, ids);
}

function usersOf(tx: Transaction, ids: readonly string[]): Promise<User[]> {
  return tx.db.user.findMany({ where: { id: { in: [...ids] } }, orderBy: { id: 'asc' } });
}
