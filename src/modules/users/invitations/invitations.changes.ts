import { sentences } from '../../../core/requests/fault.ts';
import type { Entity } from '../../../core/rows/change.ts';
import type { DueKind } from '../../../core/rows/due-kind.ts';
import type { Invitation } from '../../../generated/prisma/client.ts';

const OPEN = sentences('ALREADY_EXISTS', {
  INVITATION_OPEN: 'The tenant has an open invitation of this address: resend it, or withdraw it first.',
});

/** The change-log entity of invitations. */
export const invitationEntity: Entity<Invitation> = {
  name: 'Invitation',
  feeds: ({ tenantId }) => [tenantId],
  unique: { invitation_open: { field: 'email', refusal: OPEN.INVITATION_OPEN() } },
};

/** The end of an invitation that is PENDING. */
export const invitationEnd: DueKind<Invitation> = { kind: 'invitationEnd', entity: invitationEntity };
