import type { Transaction } from '../../core/rows/transact.ts';
import type { MaintenanceWindow, ServiceStatus } from '../../generated/prisma/client.ts';
import { setEffects } from '../services/services.requests.ts';
import { maintenanceWindowEntity, windowEnd, windowStart } from './maintenance-windows.changes.ts';

// The steps of a window, on its locked row. A window that nothing starts or ends in time, because no node runs, starts
// and ends late: the actual times are beside the planned ones, and no window is skipped.

/** Starts a window whose time has come, and schedules its end. */
export async function startWhenDue(tx: Transaction, window: MaintenanceWindow): Promise<void> {
  const now = await tx.now();
  if (window.status !== 'SCHEDULED' || window.startsAt > now) return;
  const started = await tx.update(maintenanceWindowEntity, window, { status: 'IN_PROGRESS', startedAt: now });
  await affect(tx, started, now);
  await tx.schedule(windowEnd, started, started.endsAt);
}

/** Completes a window whose end has come; one that was extended in the meantime continues. */
export async function completeWhenDue(tx: Transaction, window: MaintenanceWindow): Promise<void> {
  const now = await tx.now();
  if (window.status !== 'IN_PROGRESS' || window.endsAt > now) return;
  await end(tx, window, 'COMPLETED', now);
}

/** Cancels a window that is not over. If it is running, its effect on services ends now. */
export async function cancel(tx: Transaction, window: MaintenanceWindow): Promise<MaintenanceWindow> {
  await tx.unschedule(windowStart, window);
  await tx.unschedule(windowEnd, window);
  if (window.status === 'IN_PROGRESS') return end(tx, window, 'CANCELLED', await tx.now());
  return tx.update(maintenanceWindowEntity, window, { status: 'CANCELLED' });
}

async function end(
  tx: Transaction,
  window: MaintenanceWindow,
  status: 'COMPLETED' | 'CANCELLED',
  now: Date,
): Promise<MaintenanceWindow> {
  const ended = await tx.update(maintenanceWindowEntity, window, { status, endedAt: now });
  await setEffects(tx, sourceOf(window), new Map(), now);
  return ended;
}

/** Puts the services of a running window under maintenance, and no other ones. */
export async function affect(
  tx: Transaction,
  window: Pick<MaintenanceWindow, 'id' | 'serviceIds'>,
  now: Date,
): Promise<void> {
  const status: ServiceStatus = 'UNDER_MAINTENANCE';
  await setEffects(tx, sourceOf(window), new Map(window.serviceIds.map((id) => [id, status])), now);
}

function sourceOf({ id }: Pick<MaintenanceWindow, 'id'>) {
  return { source: 'MAINTENANCE', id } as const;
}
