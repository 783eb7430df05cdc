import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import type { Change } from '../../core/rows/change.ts';
import { Prisma, type PrismaClient, type User } from '../../generated/prisma/client.ts';

/** The latest changes of a feed that are looked at: reading more would cost more than the answer is worth. */
const MAX_READ = 10_000;

/** The levels of a user, in whose feeds the changes of its rights are. */
interface Levels extends Pick<User, 'id' | 'tenantId' | 'organizationId'> {
  /** The organization of its tenant. */
  readonly organizationOfTenant: string | null;
}

/**
 * Tells whether the rights of a user are still those of the moment of a change: nothing after it in the log alters them. In
 * another feed than that of the change the time counts, and of two changes of one moment the cautious answer. False also if
 * more than the latest changes would have to be read.
 */
export async function areRightsOfThen(db: PrismaClient, change: Change, user: Levels): Promise<boolean> {
  const { tenantId, organizationId, organizationOfTenant } = user;
  const feeds = [...new Set([tenantId ?? organizationId ?? PLATFORM_FEED, PLATFORM_FEED])];
  const organization = organizationId ?? organizationOfTenant;
  const reads = await Promise.all(
    feeds.map((feed) => {
      const isLater =
        feed === change.feed
          ? Prisma.sql`seq > ${change.seq}`
          : Prisma.sql`occurred_at >= ${change.occurredAt}::timestamptz`;
      return db.$queryRaw<{ isAltered: boolean; isTooMuch: boolean }[]>`
        SELECT coalesce(bool_or(${isLater} AND (
            rights ? 'everyone' OR rights ->> 'user' = ${user.id} OR rights ->> 'tenant' = ${tenantId}
            OR rights -> 'organization' @> to_jsonb(${organization}::text)
          )), FALSE) AS "isAltered",
          count(*) = ${MAX_READ} AND bool_and(${isLater}) AS "isTooMuch"
        FROM (SELECT rights, seq, occurred_at FROM change WHERE feed = ${feed}::uuid AND seq IS NOT NULL
          ORDER BY seq DESC LIMIT ${MAX_READ}) AS latest`;
    }),
  );
  return reads.flat().every(({ isAltered, isTooMuch }) => !isAltered && !isTooMuch);
}
