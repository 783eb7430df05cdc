import { randomUUID } from 'node:crypto';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { OutsideIdentity, Prisma } from '../../../generated/prisma/client.ts';
import { homeFeedOf } from '../../users/users.changes.ts';
import { type IdentityInFeed, outsideIdentityEntity } from '../sessions.changes.ts';

/** The sign-ins that end: one session of the issuer, or those of tokens that were issued until a time. */
export type EndedSignIns =
  | { readonly sid: string; readonly alsoSessionless: Date | null }
  | { readonly until: Date }
  | { readonly sessionlessUntil: Date };

/** Locks and reads an identity with the feed of its user; null if it is gone. */
export async function lockedIdentity(tx: Transaction, id: string): Promise<IdentityInFeed | null> {
  await tx.lock(outsideIdentityEntity, id);
  const found = await tx.db.outsideIdentity.findUnique({
    where: { id },
    include: { user: { select: { tenantId: true, organizationId: true } } },
  });
  if (!found) return null;
  const { user, ...identity } = found;
  return { ...identity, feed: homeFeedOf(user) };
}

/** Ends sign-ins of an identity. What is open by them is cut by the change, also where it ends one session alone. */
export async function endSignIns(tx: Transaction, id: string, ended: EndedSignIns): Promise<void> {
  const before = await lockedIdentity(tx, id);
  if (!before) return;
  const signOuts = before.signOuts + 1;
  await writeIdentity(tx, before, { signOuts, ...endsOf(before, ended) });
  if ('sid' in ended) await endSession(tx, before.issuer, ended.sid, before.userId);
}

/** Notes that a session of an issuer has ended, known or not: no token of it counts from then on. */
export async function endSession(
  { db }: Transaction,
  issuer: string,
  sid: string,
  userId: string | null,
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO outside_session (issuer, sid, user_id, ended_at) VALUES (${issuer}, ${sid}, ${userId}::uuid, now())
    ON CONFLICT (issuer, sid) DO UPDATE SET ended_at = coalesce(outside_session.ended_at, excluded.ended_at)`;
}

type Ends = Partial<Pick<OutsideIdentity, 'signedOutAt' | 'sessionlessSignedOutAt'>>;

function endsOf({ signedOutAt, sessionlessSignedOutAt }: OutsideIdentity, ended: EndedSignIns): Ends {
  if ('until' in ended) return { signedOutAt: later(signedOutAt, ended.until) };
  const until = 'sid' in ended ? ended.alsoSessionless : ended.sessionlessUntil;
  return until ? { sessionlessSignedOutAt: later(sessionlessSignedOutAt, until) } : {};
}

/** No later end opens what an earlier one has closed. */
function later(known: Date | null, time: Date): Date {
  return known && known > time ? known : time;
}

async function writeIdentity(
  tx: Transaction,
  before: IdentityInFeed,
  data: Partial<OutsideIdentity>,
): Promise<void> {
  const { id, feed } = before;
  const write = async (change: Prisma.OutsideIdentityUncheckedUpdateInput): Promise<IdentityInFeed> => ({
    ...(await tx.db.outsideIdentity.update({ where: { id }, data: change })),
    feed,
  });
  await tx.update(outsideIdentityEntity, before, data, write);
}

/**
 * Removes an identity: its subject is a stranger until it is bound again, by a token of later. The end is kept for the
 * subject, or a token that was ended before would count again.
 */
export async function removeIdentity(tx: Transaction, identity: IdentityInFeed): Promise<void> {
  const { id, issuer, subject, signedOutAt } = identity;
  await tx.db.outsideIdentity.delete({ where: { id } });
  const issuedAt = later(signedOutAt, await tx.now());
  if (subject !== null)
    await tx.db.outsideLogout.create({ data: { issuer, jti: randomUUID(), subject, issuedAt } });
  tx.deleted(outsideIdentityEntity, identity);
}
