import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { staffMay } from '../../core/rights/rules.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { staffOfTenant, staffRows } from '../../core/rows/visibility.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Consent } from '../../generated/prisma/client.ts';
import { consentEntity } from './consents.changes.ts';

export const permissions = {
  'consents:read': [...READERS, 'CSR', 'OWNER', 'MANAGER', 'RESIDENT'],
  /** Consents on behalf of their subjects. An administrator of an organization makes CSRs, so it holds what they hold. */
  'consents:write': [...ADMINS, 'ORGANIZATION_ADMIN', 'CSR'],
  /** One's own consents, and for owners those of their customer. */
  'consents:give': ['OWNER', 'MANAGER', 'RESIDENT'],
  /** The contact data of subjects, for a purpose to which they consent. It shows the state of that consent, too. */
  'contacts:use': [...READERS, 'CSR'],
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff use contact data for a purpose. A customer's own users never do: members do not learn of each other's consents. */
export const mayUseContacts = staffMay('contacts:use');

/** The consents of which a viewer is the subject: its own, and for owners those of their customer. */
function subjectConsentsVisibleTo({ role, customerId, userId }: Viewer): Where<Consent> {
  if (!isCustomerRole(role) || !customerId) return NOTHING;
  if (role !== 'OWNER') return { customerId, memberId: userId };
  return { customerId, OR: [{ memberId: null }, { memberId: userId }] };
}

/** Staff see the consents of the tenants in their reach, and subjects their own. */
function consentsVisibleTo(viewer: Viewer): Where<Consent> {
  if (!viewer.permissions.has('consents:read')) return NOTHING;
  if (isCustomerRole(viewer.role)) return subjectConsentsVisibleTo(viewer);
  return staffOfTenant<Consent>(viewer, 'consents:read');
}

export const consents: Rows<Consent> = {
  ...staffRows(consentEntity, 'consents:read'),
  visibleTo: visibilityOf(consentEntity, consentsVisibleTo),
  isPersonal: ({ role }) => isCustomerRole(role),
};

/** The consents that a viewer may confirm and revoke: those of which it is the subject. */
export const givenConsents: Rows<Consent> = {
  ...consents,
  visibleTo: visibilityOf(consentEntity, subjectConsentsVisibleTo),
};
