import type { Transaction } from '../../../core/rows/transact.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { homeFeedOf, userEntity } from '../../users/users.changes.ts';
import { forgetEmailChange } from '../email-change/email-change.reactions.ts';
import { revokeApiTokens } from '../revoked-api-tokens.ts';
import { endSessions } from '../session-ending.ts';

/**
 * Takes from a user below the platform its password, with all that was opened or asked for with it, unless the person has
 * accepted an invitation to the same address: the maker of an account for the address of a stranger would otherwise keep a way
 * in after the stranger has come. The person can have a new one by a link to the address.
 */
export async function voidProofsOfMaker(tx: Transaction, user: User): Promise<void> {
  const isOfPlatform = user.tenantId === null && user.organizationId === null;
  const where = { userId: user.id };
  if (isOfPlatform || (await isConfirmed(tx, user))) return;
  await forgetEmailChange(tx, user.id);
  const { count } = await tx.db.credential.deleteMany({ where });
  if (count === 0) return;
  const now = await tx.now();
  await tx.db.secondFactor.deleteMany({ where });
  await tx.update(userEntity, user, { hasSecondFactor: false });
  await endSessions(tx, { where, feed: homeFeedOf(user), now });
  await revokeApiTokens(tx, user.id, now);
}

async function isConfirmed({ db }: Transaction, { id: userId, email }: User): Promise<boolean> {
  return (await db.invitation.count({ where: { userId, email, status: 'ACCEPTED' } })) > 0;
}
