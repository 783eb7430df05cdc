import type { Reaction } from '../../core/rows/reaction.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Consent, ConsentPurpose, User } from '../../generated/prisma/client.ts';
import { consentPurposeEntity } from '../consent-purposes/consent-purposes.changes.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import { scheduleRenewals } from './consent-renewal.ts';
import { consentStatesOf } from './consent-states.ts';
import { consentEntity } from './consents.changes.ts';

/** Writes the state of a consent into the row of its subject, so that a withdrawal is an event of the subject. */
export const carryConsentStates: Reaction<Consent> = {
  entity: consentEntity.name,
  react: async (tx, before, after) => {
    const consent = after ?? before;
    if (!consent) return;
    await (consent.memberId ? carryToMember(tx, consent.memberId) : carryToCustomer(tx, consent.customerId));
  },
};

/** A member consents as a user of its customer: in another one, or among the staff, nothing of it holds. */
export const leaveConsentsBehind: Reaction<User> = {
  entity: userEntity.name,
  react: async (tx, before, after) => {
    if (before && after && before.customerId !== after.customerId) await carryToMember(tx, after.id);
  },
};

/** Has consents on older notices renewed when a purpose requires a newer one. */
export const renewConsents: Reaction<ConsentPurpose> = {
  entity: consentPurposeEntity.name,
  react: async (tx, before, after) => {
    if (!after?.requiredNoticeVersion) return;
    if (after.requiredNoticeVersion === before?.requiredNoticeVersion) return;
    await scheduleRenewals(tx, after);
  },
};

async function carryToCustomer(tx: Transaction, id: string): Promise<void> {
  await tx.lock(customerEntity, id);
  const customer = await tx.db.customer.findUniqueOrThrow({ where: { id } });
  const consents = await tx.db.consent.findMany({ where: { customerId: id, memberId: null } });
  await tx.update(customerEntity, customer, { consentStates: consentStatesOf(consents) });
}

async function carryToMember(tx: Transaction, id: string): Promise<void> {
  await tx.lock(userEntity, id);
  const user = await tx.db.user.findUnique({ where: { id } });
  if (!user) return;
  const { customerId, updatedAt } = user;
  const consents = customerId ? await tx.db.consent.findMany({ where: { customerId, memberId: id } }) : [];
  // The time stays, because other members can read it, and filter by it.
  await tx.update(userEntity, user, { consentStates: consentStatesOf(consents), updatedAt });
}
