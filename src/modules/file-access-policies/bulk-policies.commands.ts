import type { BulkAction } from '../../core/bulk-action.ts';
import type { ViewerContext } from '../../core/context.ts';
import { notFound } from '../../core/errors.ts';
import type { Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { BulkJob, FileAccessPolicy } from '../../generated/prisma/client.ts';
import {
  type BulkTargets,
  type BulkWork,
  MAX_ITEMS,
  requestBulkJob,
} from '../bulk-jobs/bulk-jobs.requests.ts';
import { fileAccessPoliciesVisibleTo } from './file-access-policies.access.ts';
import { removeFileAccessPolicy } from './file-access-policies.commands.ts';

/** Has policies deleted by a bulk job; throws UserErrors for no choice of policies, or too many. */
export async function deleteFileAccessPolicies(
  ctx: ViewerContext,
  targets: BulkTargets<FileAccessPolicy>,
  idempotencyKey?: string | null,
): Promise<Written<BulkJob>> {
  const find: BulkWork<FileAccessPolicy>['find'] = ({ db }, where) =>
    db.fileAccessPolicy.findMany({
      where: toPrismaWhere<FileAccessPolicy>({ AND: [where, fileAccessPoliciesVisibleTo(ctx.viewer)] }),
      select: { id: true },
      orderBy: { id: 'asc' },
      take: MAX_ITEMS + 1,
    });
  return requestBulkJob(ctx, targets, { kind: 'FILE_ACCESS_POLICIES_DELETE', find }, idempotencyKey);
}

/** Deletes one policy of a bulk job. */
export const deleteFileAccessPolicyAction: BulkAction = {
  kind: 'FILE_ACCESS_POLICIES_DELETE',
  apply: async (tx, viewer, id, { tenantId }) => {
    // A job is of one tenant, also if whoever asked for it may change policies of others.
    const policy = await tx.db.fileAccessPolicy.findFirst({ where: { id, tenantId }, select: { id: true } });
    if (!policy) throw notFound('file-access policy', 'ids');
    return removeFileAccessPolicy(tx, viewer, id);
  },
};
