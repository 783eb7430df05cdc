import type { Reaction } from '../../../core/rows/reaction.ts';
import { rowsToChange } from '../../../db/rows-to-change.ts';
import type { Customer, Invitation, User } from '../../../generated/prisma/client.ts';
import { customerEntity } from '../../customers/customers.changes.ts';
import { invitationEntity, userEntity } from '../users.changes.ts';
import { mailKeyOf } from './invitation-mail.ts';

/** Ends the link of an invitation that ends, and its e-mail. That of an expired one stays to say so. */
export const endLink: Reaction<Invitation> = {
  entity: invitationEntity.name,
  react: async ({ db }, before, after) => {
    if (!before || after?.status === before.status) return;
    if (after?.status !== 'EXPIRED')
      await db.invitationLink.deleteMany({ where: { invitationId: before.id } });
    await db.mailMessage.deleteMany({ where: { uniqueKey: mailKeyOf(before) } });
  },
};

/** Deletes the invitations to a deleted customer. */
export const deleteInvitationsToCustomer: Reaction<Customer> = {
  entity: customerEntity.name,
  react: async (tx, before, after) => {
    if (!before || after) return;
    for await (const row of rowsToChange(tx, invitationEntity, { customerId: before.id }))
      await tx.delete(invitationEntity, row);
  },
};

/** Deletes the invitation that a deleted user had accepted. */
export const deleteInvitationsOfUser: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (!before || after) return;
    for await (const row of rowsToChange(tx, invitationEntity, { userId: before.id }))
      await tx.delete(invitationEntity, row);
  },
};
