import { ADMINS, type GrantedBy, type Grants } from '../../../core/rights/permissions.ts';
import { staffRows } from '../../../core/rows/visibility.ts';
import { invitationEntity } from '../users.changes.ts';

export const permissions = {
  'invitations:read': [...ADMINS, 'ORGANIZATION_ADMIN'],
  /** Invites users of the roles that one may give, and withdraws invitations of such roles. */
  'invitations:write': [...ADMINS, 'ORGANIZATION_ADMIN'],
} as const satisfies Grants;

declare module '../../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the invitations of the tenants in their reach. */
export const invitations = staffRows(invitationEntity, 'invitations:read', 'invitations:write');
