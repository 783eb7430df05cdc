import type { Reaction } from '../../../core/rows/reaction.ts';
import type { Transaction } from '../../../core/rows/transact.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { isBarred } from '../../users/users.access.ts';
import { userEntity } from '../../users/users.changes.ts';
import { mailKeysOf } from './email-change-mail.ts';

/**
 * Ends the change of an address when its user has another address or another password, is barred or is erased: it is for
 * the person, the address and the password by which it was asked for.
 */
export const endEmailChange: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || !after) return;
    const isSame =
      before.email === after.email &&
      before.passwordChangedAt?.getTime() === after.passwordChangedAt?.getTime() &&
      (isBarred(before) || !isBarred(after));
    if (!isSame) await forgetEmailChange(tx, after.id);
  },
};

/** Deletes the change of a user's address with its e-mails. */
export async function forgetEmailChange({ db }: Transaction, userId: string): Promise<void> {
  const { confirms, withdraws } = mailKeysOf(userId);
  await db.emailChange.deleteMany({ where: { userId } });
  await db.mailMessage.deleteMany({ where: { uniqueKey: { in: [confirms, withdraws] } } });
}
