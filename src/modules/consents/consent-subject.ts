import type { ViewerContext } from '../../core/context.ts';
import {
  forbiddenChange,
  notFound,
  requireVersion,
  UserErrors,
  userError,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { Consent } from '../../generated/prisma/client.ts';
import { consentPurposeEntity } from '../consent-purposes/consent-purposes.changes.ts';
import { customers } from '../customers/customers.access.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { userEntity } from '../users/users.changes.ts';
import type { ConsentPlace } from './consent-steps.ts';
import { consentEntity } from './consents.changes.ts';

// Each of these locks the subject, so that two requests cannot both give its first consent to a purpose.

const SUBJECT = sentences('FORBIDDEN_CHANGE', {
  STAFF_GIVES_NONE: 'Consent is given by the users of customers; staff set it on behalf of them.',
  OWNERS_ACT: 'The owners of a customer act for it.',
});

const CHANGED = sentences('VERSION_CONFLICT', {
  NO_CONSENT_YET: 'There is no consent yet, so it has no version: leave "expectedVersion" out.',
});

/** The subject of a consent: a customer, or one of its users. */
export type Subject = Omit<ConsentPlace, 'purposeId'>;

/**
 * Finds the subject for which a viewer acts: its customer if it names it, for owners only, and otherwise itself. Throws
 * NOT_FOUND for another customer, and FORBIDDEN_CHANGE for a viewer that may not act for the subject.
 */
export async function subjectActedFor(
  tx: Transaction,
  { viewer: { role, userId, tenantId, customerId } }: ViewerContext,
  named: string | null | undefined,
): Promise<Subject> {
  const path = ['input', 'customerId'];
  if (!isCustomerRole(role) || !tenantId || !customerId) {
    throw forbiddenChange(SUBJECT.STAFF_GIVES_NONE());
  }
  if (!named) {
    await tx.lock(userEntity, userId);
    await tx.lockAgainstDelete(customerEntity, customerId);
    return { tenantId, customerId, memberId: userId };
  }
  if (named !== customerId) throw notFound('Customer', ...path);
  if (role !== 'OWNER') throw forbiddenChange(SUBJECT.OWNERS_ACT(), ...path);
  await tx.lock(customerEntity, customerId);
  return { tenantId, customerId, memberId: null };
}

/** Finds the subject that staff name: a customer that they see, or one of its users. Throws NOT_FOUND for others. */
export async function subjectOnBehalf(
  tx: Transaction,
  ctx: ViewerContext,
  {
    customerId,
    memberId = null,
  }: { readonly customerId: string; readonly memberId?: string | null | undefined },
): Promise<Subject> {
  if (memberId) await tx.lock(userEntity, memberId);
  const { tenantId } = await rowToCopyFrom(tx, ctx, customers, customerId, 'input', 'customerId');
  const isMember = !memberId || (await tx.db.user.findFirst({ where: { id: memberId, customerId } }));
  if (!isMember) throw notFound('User', 'input', 'memberId');
  return { tenantId, customerId, memberId };
}

/** The row of the subject of a consent, which carries the consent's state. */
export function subjectRowOf({ customerId, memberId }: Pick<Consent, 'customerId' | 'memberId'>) {
  return memberId ? { entity: userEntity, id: memberId } : { entity: customerEntity, id: customerId };
}

/**
 * Locks the subject and the purpose of a consent that a command names by its id and locks after them. Does nothing if
 * there is no such consent.
 */
export async function lockPlaceOf(tx: Transaction, consentId: string): Promise<void> {
  // A consent never changes its subject and its purpose, so both can be read before it is locked.
  const place = await tx.db.consent.findUnique({ where: { id: consentId } });
  if (!place) return;
  const { entity, id } = subjectRowOf(place);
  await tx.lock(entity, id);
  await tx.lockAgainstChange(consentPurposeEntity, place.purposeId);
}

/**
 * Locks the consent of a subject to a purpose; null if there is none. Throws VERSION_CONFLICT for an old version, and for
 * any version if there is no consent.
 */
export async function consentToChange(
  tx: Transaction,
  { customerId, memberId, purposeId }: ConsentPlace,
  expectedVersion: number | null | undefined,
): Promise<Consent | null> {
  const found = await tx.db.consent.findFirst({ where: { customerId, memberId, purposeId } });
  if (!found) {
    if (expectedVersion != null)
      throw new UserErrors([userError(CHANGED.NO_CONSENT_YET(), ['expectedVersion'])]);
    return null;
  }
  await tx.lock(consentEntity, found.id);
  const consent = await tx.db.consent.findUniqueOrThrow({ where: { id: found.id } });
  requireVersion(consent, expectedVersion);
  return consent;
}
