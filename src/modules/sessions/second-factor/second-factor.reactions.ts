import type { Reaction } from '../../../core/rows/reaction.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { queueMail } from '../../mail/mail.requests.ts';
import { homeFeedOf, userEntity } from '../../users/users.changes.ts';
import { endSessions } from '../session-ending.ts';
import { secondFactorResetText } from './second-factor-mail.ts';

/**
 * Removes the second factor of a user whose administrator has reset it, and the recovery codes with it. Its sessions end,
 * because one of them may be that of a thief who has the authenticator.
 */
export const removeResetFactor: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || !after?.secondFactorResetAt) return;
    if (before.secondFactorResetAt?.getTime() === after.secondFactorResetAt.getTime()) return;
    const { id: userId, email } = after;
    await tx.db.secondFactor.deleteMany({ where: { userId } });
    await endSessions(tx, { where: { userId }, feed: homeFeedOf(after), now: after.secondFactorResetAt });
    await queueMail(tx, { text: secondFactorResetText, to: email, userId, params: {} });
  },
};
