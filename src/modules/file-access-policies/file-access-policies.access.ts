import type { Viewer } from '../../core/viewer.ts';
import { staffOfTenant, type TenantRow } from '../../core/visibility.ts';
import type { Where } from '../../core/where.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';

/** Policies are seen by the staff who may read them. What one decided is told to whom it is about, without the policy. */
export function fileAccessPoliciesVisibleTo(viewer: Viewer): Where<FileAccessPolicy> {
  return staffOfTenant<FileAccessPolicy & TenantRow>(viewer, 'file-access-policies:read');
}
