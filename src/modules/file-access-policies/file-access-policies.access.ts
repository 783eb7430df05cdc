import { ADMINS, type GrantedBy, type Grants, READERS } from '../../core/rights/permissions.ts';
import { may } from '../../core/rights/rules.ts';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { staffRows } from '../../core/rows/visibility.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';

export const permissions = {
  'file-access-policies:read': READERS,
  'file-access-policies:write': ADMINS,
} as const satisfies Grants;

declare module '../../core/rights/permissions.ts' {
  interface Permissions extends GrantedBy<typeof permissions> {}
}

/** Staff see the policies of the tenants in their reach. Users learn decisions about themselves without the policy. */
export const fileAccessPolicies = staffRows(
  fileAccessPolicyEntity,
  'file-access-policies:read',
  'file-access-policies:write',
);

const mayReadPolicies = may('file-access-policies:read');
const mayReadRights = may('permissions:read');

/** Decisions about other users reveal their attributes, so the viewer must also have the permission to read these. */
export function mayAskAboutOthers(viewer: Viewer): boolean {
  return mayReadPolicies(viewer) && mayReadRights(viewer);
}

/** A preview decides about all users, by any condition, so only the staff may use it. */
export function mayPreview(viewer: Viewer): boolean {
  return mayAskAboutOthers(viewer) && !isCustomerRole(viewer.role);
}
