import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Written } from '../../core/rows/transact.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { SyncAlert } from '../../generated/prisma/client.ts';
import { syncAlerts } from './sync-runs.access.ts';
import { syncAlertEntity } from './sync-runs.changes.ts';

const ACKNOWLEDGE = sentences('INVALID_STATE', {
  ALERT_NOT_OPEN: 'The alert is {status}: only an OPEN one is acknowledged.',
});

/**
 * Says that the staff know of an alert; it is resolved by its counts all the same. Throws UserErrors for no such alert, an
 * old version, and one that is not open.
 */
export async function acknowledgeAlert(ctx: ViewerContext, args: RowArgs): Promise<Written<SyncAlert>> {
  return ctx.transact(async (tx) => {
    const alert = await rowToChange(tx, ctx, syncAlerts, args);
    const { status } = alert;
    if (status !== 'OPEN') throw invalidState(ACKNOWLEDGE.ALERT_NOT_OPEN({ status }), 'id');
    return tx.update(syncAlertEntity, alert, { status: 'ACKNOWLEDGED', acknowledgedAt: await tx.now() });
  });
}
