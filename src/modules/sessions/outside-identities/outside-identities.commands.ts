import { requireSession, type ViewerContext } from '../../../core/context.ts';
import { noSuch, notFound } from '../../../core/requests/errors.ts';
import { asRowId } from '../../../core/requests/row-id.ts';
import type { Transaction, Written } from '../../../core/rows/transact.ts';
import { toPrismaWhere } from '../../../db/prisma-where.ts';
import type { OutsideIdentity } from '../../../generated/prisma/client.ts';
import { requireRole } from '../../users/grantable-role.requests.ts';
import { users } from '../../users/users.access.ts';
import { userEntity } from '../../users/users.changes.ts';
import { endSignIns, lockedIdentity, removeIdentity } from './identity-ending.ts';
import { lockSubject } from './locked-subject.ts';
import { readsIdentities } from './outside-identities.access.ts';

/** The identities that are shown: a user has one of each issuer that the server accepts. */
export const MAX_IDENTITIES = 100;

/**
 * Reads the outside identities of a user, the latest first. Throws NOT_FOUND for another user whom the viewer does not see, or
 * whose identities it may not read.
 */
export async function identitiesOfUser(
  { db, viewer }: ViewerContext,
  userId: string | null | undefined,
): Promise<OutsideIdentity[]> {
  const id = userId ? asRowId(userId) : viewer.userId;
  if (id !== viewer.userId) {
    const where = { AND: [{ id }, toPrismaWhere(users.visibleTo(viewer))] };
    const isSeen = readsIdentities(viewer) && (await db.user.count({ where })) > 0;
    if (!isSeen) throw noSuch('User');
  }
  return db.outsideIdentity.findMany({
    where: { userId: id, subject: { not: null } },
    orderBy: { id: 'desc' },
    take: MAX_IDENTITIES,
  });
}

/**
 * Removes an outside identity of the viewer, or of a user whom it may change, and ends what was opened with it. Throws
 * UserErrors for one that is not there or not in view, and for one of a user beyond the viewer's reach.
 */
export async function unbindIdentity(
  ctx: ViewerContext,
  { id: given }: { readonly id: string },
): Promise<Written<OutsideIdentity>> {
  requireSession(ctx);
  const id = asRowId(given);
  return ctx.transact(async (tx) => {
    const found = await tx.db.outsideIdentity.findFirst({ where: { id } });
    if (!found) throw notFound('UserIdentity', 'id');
    const { issuer, subject } = found;
    if (subject !== null) await lockSubject(tx, { issuer, subject });
    await requireChangeable(tx, ctx, found.userId);
    const identity = await lockedIdentity(tx, id);
    if (!identity) throw notFound('UserIdentity', 'id');
    await removeIdentity(tx, identity);
    return identity;
  });
}

/** Refuses an identity of another user, unless the viewer sees the user and may change users of that role. */
async function requireChangeable(tx: Transaction, { viewer }: ViewerContext, userId: string): Promise<void> {
  if (userId === viewer.userId) return;
  await tx.lockAgainstChange(userEntity, userId);
  const where = { AND: [{ id: userId }, toPrismaWhere(users.visibleTo(viewer))] };
  const user = readsIdentities(viewer) ? await tx.db.user.findFirst({ where }) : null;
  if (!user || !viewer.permissions.has('users:write')) throw notFound('UserIdentity', 'id');
  requireRole(viewer, user.role, 'id');
}

/** Ends the sign-in of the request's own outside token: its session or, where it names none, all tokens that name none. */
export async function endOwnOutside(tx: Transaction, { outside, clock }: ViewerContext): Promise<number> {
  if (!outside) return 0;
  const { issuer, subject, sid } = outside;
  const found = await tx.db.outsideIdentity.findFirst({ where: { issuer, subject }, select: { id: true } });
  if (!found) return 0;
  const until = untilOwn(outside, clock);
  await endSignIns(tx, found.id, sid === null ? { sessionlessUntil: until } : { sid, alsoSessionless: null });
  return 1;
}

/** Ends every outside sign-in of the viewer. */
export async function endEveryOutside(
  tx: Transaction,
  { viewer, outside, clock }: ViewerContext,
): Promise<void> {
  const until = untilOwn(outside, clock);
  const where = { userId: viewer.userId };
  for (const { id } of await tx.db.outsideIdentity.findMany({ where, orderBy: { id: 'asc' } }))
    await endSignIns(tx, id, { until });
}

/** The clock of the issuer may run ahead of this one: the token of the request ends in any case. */
function untilOwn(outside: ViewerContext['outside'], clock: ViewerContext['clock']): Date {
  return new Date(Math.max(clock.now().getTime(), outside?.issuedAt?.getTime() ?? 0));
}
