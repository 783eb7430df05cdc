import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { SyncRun } from '../../generated/prisma/client.ts';
import { syncRuns } from './sync-runs.access.ts';
import { beginRun } from './sync-runs.reactions.ts';
import { failedTenants, targetTenants } from './sync-targets.ts';

const RETRY = sentences('INVALID_STATE', {
  RUN_STILL_RUNS: 'The run has not ended: wait until it is COMPLETED.',
});

/**
 * Tries the failed targets of a run again, as a run of their own: what happened in the first one stays as it was. If
 * none has failed, it has no targets and completes immediately. Throws UserErrors for no such run, an old version, and a
 * run that has not ended.
 */
export async function retryRun(ctx: ViewerContext, args: RowArgs): Promise<Written<SyncRun>> {
  return ctx.transact(async (tx) => {
    const failed = await rowToChange(tx, ctx, syncRuns, args);
    if (failed.status === 'RUNNING') throw invalidState(RETRY.RUN_STILL_RUNS(), 'id');
    const { id: retryOfId, scope, businessTypeId, layerId, layerVersion, step, paths } = failed;
    const again = {
      scope,
      businessTypeId,
      layerId,
      layerVersion,
      step,
      paths,
      cause: 'RETRY',
      retryOfId,
    } as const;
    const tenantIds = await failedTenants(tx.db, retryOfId);
    return beginRun(tx, again, (run) => targetTenants(tx, run, tenantIds));
  });
}
