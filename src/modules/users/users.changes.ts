import { isDeepStrictEqual } from 'node:util';
import { PLATFORM_FEED } from '../../core/feeds/feed.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Entity } from '../../core/rows/change.ts';
import type { DueKind } from '../../core/rows/due-kind.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import type { Invitation, User } from '../../generated/prisma/client.ts';

const TAKEN = sentences('ALREADY_EXISTS', {
  EMAIL_TAKEN: 'This e-mail address is taken.',
});
/** The refusal of an address that a user has, with the same words for every owner. */
export const EMAIL_TAKEN = TAKEN.EMAIL_TAKEN();

const USED = sentences('IN_USE', {
  CUSTOMER_HAS_MEMBERS: 'The customer still has members: move or delete them first.',
});

const OPEN = sentences('ALREADY_EXISTS', {
  INVITATION_OPEN: 'The tenant has an open invitation of this address: resend it, or withdraw it first.',
});

/** The part of a user that a customer's own users see of each other: a member's consents are no business of the others. */
export const memberView: PartialView<User> = {
  version: 'memberVersion',
  updatedAt: 'updatedAt',
  hidden: ['consentStates'],
};

/** The change-log entity of users. */
export const userEntity: Entity<User> = {
  name: 'User',
  feeds: (user) => [homeFeedOf(user)],
  views: [memberView],
  rights: (before, after) => (before && altersRights(before, after) ? { user: before.id } : null),
  // Each call has a time of its own, so a reason that is given twice disconnects twice.
  disconnects: (before, after) =>
    before && after?.disconnectedAt && !isDeepStrictEqual(before.disconnectedAt, after.disconnectedAt)
      ? { user: after.id, reason: after.disconnectReason ?? '' }
      : null,
  unique: {
    // The address may be taken by a user of another tenant, of whom the refusal says nothing.
    user_email_key: { field: 'email', refusal: EMAIL_TAKEN },
  },
  inUse: { customerId: USED.CUSTOMER_HAS_MEMBERS() },
  laterColumns: () => ({
    isServiceAccount: false,
    recoveryCodesMadeAt: null,
    recoveryCodeUsedAt: null,
    secondFactorResetAt: null,
    language: null,
    timeZone: null,
    disconnectedAt: null,
    disconnectReason: null,
  }),
};

/** The change-log entity of invitations. */
export const invitationEntity: Entity<Invitation> = {
  name: 'Invitation',
  feeds: ({ tenantId }) => [tenantId],
  unique: { invitation_open: { field: 'email', refusal: OPEN.INVITATION_OPEN() } },
};

/** The end of an invitation that is PENDING. */
export const invitationEnd: DueKind<Invitation> = { kind: 'invitationEnd', entity: invitationEntity };

/** The feed of the level a user belongs to: the tenant, the organization or the platform. */
export function homeFeedOf({ tenantId, organizationId }: Pick<User, 'tenantId' | 'organizationId'>): string {
  return tenantId ?? organizationId ?? PLATFORM_FEED;
}

const RIGHTS_COLUMNS = [
  'role',
  'permissions',
  'attributes',
  'isActive',
  'status',
  'customerId',
  'tenantId',
  'organizationId',
] as const satisfies readonly (keyof User)[];

/** Tells whether a change alters what the user may do or see; a deletion does. Absent columns keep their values. */
export function altersRights(before: User, after: Partial<User> | null): boolean {
  if (!after) return true;
  return RIGHTS_COLUMNS.some(
    (column) => after[column] !== undefined && !isDeepStrictEqual(after[column], before[column]),
  );
}
