import type { Reaction } from '../../../core/rows/reaction.ts';
import type { User } from '../../../generated/prisma/client.ts';
import { isBarred } from '../../users/users.access.ts';
import { userEntity } from '../../users/users.changes.ts';
import { mailKeyOf } from './password-reset-mail.ts';

/**
 * Ends the links of an address when the user who has it becomes another one, and those of a user who is barred: a link is
 * for the person who had the address when it was asked for. Its e-mail goes with it.
 */
export const endLinksOfAddress: Reaction<User> = {
  entity: userEntity.name,
  react: async ({ db }, before, after) => {
    const isSame = before !== null && after !== null && before.email === after.email;
    if (isSame && (isBarred(before) || !isBarred(after))) return;
    const emails = [before, after].flatMap((user) => user?.email ?? []);
    await db.passwordReset.deleteMany({ where: { email: { in: emails } } });
    await db.mailMessage.deleteMany({ where: { uniqueKey: { in: emails.map(mailKeyOf) } } });
  },
};
