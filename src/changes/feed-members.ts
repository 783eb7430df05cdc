import { PLATFORM_FEED } from '../core/feeds/feed.ts';
import type { Prisma } from '../generated/prisma/client.ts';

/** The feeds of the tenants in which a change at a position of a feed is repeated, in the order of their ids. */
export async function membersAt(db: Prisma.TransactionClient, feed: string, seq: number): Promise<string[]> {
  if (feed === PLATFORM_FEED) {
    const tenants = await db.tenant.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
    return tenants.map(({ id }) => id);
  }
  const members = await db.projectionMember.findMany({
    where: { feed, fromSeq: { lte: seq }, OR: [{ untilSeq: null }, { untilSeq: { gt: seq } }] },
    select: { member: true },
    orderBy: { member: 'asc' },
  });
  return members.map(({ member }) => member);
}

/** The feeds of all organizations, in the order of their ids. */
export async function everyOrganization(db: Prisma.TransactionClient): Promise<string[]> {
  const organizations = await db.organization.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  return organizations.map(({ id }) => id);
}

/** Notes that a tenant belongs to the organization of a feed from a position on; a second time has no effect. */
export async function noteJoining(db: Prisma.TransactionClient, feed: string, member: string, seq: number) {
  await db.projectionMember.createMany({ data: { feed, member, fromSeq: seq }, skipDuplicates: true });
}

/** Notes that a tenant belongs to the organization of a feed up to a position; a second time has no effect. */
export async function noteLeaving(db: Prisma.TransactionClient, feed: string, member: string, seq: number) {
  await db.projectionMember.updateMany({
    where: { feed, member, fromSeq: { lt: seq }, untilSeq: null },
    data: { untilSeq: seq },
  });
}
