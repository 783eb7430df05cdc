import { obeyedSettingsOf } from '../../../configuration/layers/obeyed-settings.ts';
import { requireSession, type ViewerContext } from '../../../core/context.ts';
import { notFound } from '../../../core/requests/errors.ts';
import { asRowId } from '../../../core/requests/row-id.ts';
import type { Written } from '../../../core/rows/transact.ts';
import type { Session } from '../../../generated/prisma/client.ts';
import { isAlive } from '../acting-user.ts';
import { endOwn } from '../sessions.commands.ts';
import { endOfSignIn, signInRefusal } from '../sign-in-allowed.ts';

/** The sessions that are shown. A person signs in on a few devices, a script as often as it likes. */
export const MAX_SESSIONS = 100;

/** A session of the viewer that can be used. */
export interface OwnSession extends Pick<Session, 'id' | 'device' | 'provider' | 'factor' | 'createdAt'> {
  readonly lastUsedAt: Date;
  readonly endsAt: Date;
  /** Null where the answer is for all sessions of the viewer. */
  readonly isCurrent: boolean | null;
}

/** Reads the sessions of the viewer that can be used at this moment, the latest first, at most so many. */
export async function ownSessions(ctx: ViewerContext): Promise<OwnSession[]> {
  const { db, clock, viewer, sessionId } = ctx;
  const now = clock.now();
  const found = await db.session.findMany({
    where: { userId: viewer.userId, revokedAt: null, expiresAt: { gt: now } },
    include: { renewal: true, user: { include: { tenant: { select: TENANT } } } },
    orderBy: { id: 'desc' },
    take: MAX_SESSIONS,
  });
  const { signIn } = await obeyedSettingsOf(db, viewer.tenantId);
  return found.flatMap(({ renewal, user, ...session }): OwnSession[] => {
    if (!renewal || renewal.endedAt || !isAlive(session, user, now)) return [];
    const proof = { ...session, renewedAt: renewal.renewedAt };
    if (signInRefusal(proof, signIn, now)) return [];
    const { id, device, provider, factor, createdAt } = session;
    return [
      {
        ...{ id, device, provider, factor, createdAt },
        lastUsedAt: renewal.renewedAt,
        endsAt: endOfSignIn(proof, signIn),
        isCurrent: id === sessionId,
      },
    ];
  });
}

const TENANT = { status: true, suspensions: true, organizationId: true } as const;

/** Ends a session of the viewer. Throws UserErrors for one of another user, one that has ended and none alike. */
export async function revokeOwnSession(
  ctx: ViewerContext,
  { id }: { readonly id: string },
): Promise<Written<number>> {
  requireSession(ctx);
  return ctx.transact(async (tx) => {
    const ended = await endOwn(tx, ctx, { id: asRowId(id) });
    if (ended === 0) throw notFound('Session', 'id');
    return ended;
  });
}
