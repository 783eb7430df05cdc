import type { ViewerContext } from '../../core/context.ts';
import type { BulkAction } from '../../core/rows/bulk-action.ts';
import type { Written } from '../../core/rows/transact.ts';
import type { BulkJob, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { type BulkTargets, requestBulkJob, requireInTenantOf } from '../bulk-jobs/bulk-jobs.requests.ts';
import { fileAccessPolicies } from './file-access-policies.access.ts';
import { removeFileAccessPolicy } from './file-access-policies.commands.ts';

/** Requests a bulk job that deletes policies; throws UserErrors if it selects no policies, or too many. */
export async function deleteFileAccessPolicies(
  ctx: ViewerContext,
  targets: BulkTargets<FileAccessPolicy>,
): Promise<Written<BulkJob>> {
  return requestBulkJob(ctx, fileAccessPolicies, targets, { kind: 'FILE_ACCESS_POLICIES_DELETE' });
}

/** Deletes one policy of a bulk job. */
export const deleteFileAccessPolicyAction: BulkAction = {
  kind: 'FILE_ACCESS_POLICIES_DELETE',
  permission: 'file-access-policies:write',
  readPermission: 'file-access-policies:read',
  apply: async (tx, acting, id, job) => {
    await requireInTenantOf(job, tx, fileAccessPolicies, id);
    return removeFileAccessPolicy(tx, acting, { id });
  },
};
