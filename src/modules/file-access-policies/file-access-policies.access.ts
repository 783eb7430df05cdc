import { may } from '../../core/rules.ts';
import { isMemberRole, type Viewer } from '../../core/viewer.ts';
import { staffOfTenant, type TenantRow } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

/** Policies are seen by the staff who may read them. What one decided is told to whom it is about, without the policy. */
export function fileAccessPoliciesVisibleTo(viewer: Viewer): Where<FileAccessPolicy> {
  return staffOfTenant<FileAccessPolicy & TenantRow>(viewer, 'file-access-policies:read');
}

const mayReadPolicies = may('file-access-policies:read');
const mayReadRights = may('permissions:read');

/** What is decided about others tells of their attributes, so who asks must be allowed to read these, too. */
export function mayAskAboutOthers(viewer: Viewer): boolean {
  return mayReadPolicies(viewer) && mayReadRights(viewer);
}

/** A preview asks about everybody, by any condition: it is for the staff. */
export function mayPreview(viewer: Viewer): boolean {
  return mayAskAboutOthers(viewer) && !isMemberRole(viewer.role);
}
