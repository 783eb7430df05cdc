import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { idOf, listOf, longText, optional, text, time } from '../../core/requests/input-fields.ts';
import { ownerFields, requireOwnLevel } from '../../core/rights/owner.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { ownerToWriteIn } from '../../db/owner-to-write-in.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { MaintenanceWindow } from '../../generated/prisma/client.ts';
import { requireServicesOf } from '../services/service-references.requests.ts';
import { teamToReferTo } from '../teams/teams.requests.ts';
import { maintenanceWindows } from './maintenance-windows.access.ts';
import { maintenanceWindowEntity, windowEnd, windowStart } from './maintenance-windows.changes.ts';
import {
  requireLater,
  requireNotOver,
  requireNotStarted,
  requireServices,
  requireStartAhead,
  requireTimes,
} from './window-rules.ts';
import { affect, cancel } from './window-steps.ts';

// Invariants of this room: a window and its services have one owner, so they have one audience; its end is after its
// start, which the database holds, too; while it is SCHEDULED its start is scheduled, while it is IN_PROGRESS its end, and
// it affects its services while it is IN_PROGRESS; planned times are never overwritten by what happened. Windows of the
// same services may overlap. A window is locked before services.

/** The most services of one window. */
const MAX_SERVICES = 50;

const fields = {
  title: text('The title'),
  description: optional(longText('What will be done')),
  teamId: optional(idOf('Team', 'The team that does it, of the owner or its organization')),
  startsAt: time('The planned start, not in the past'),
  endsAt: time('The planned end, after the start'),
  serviceIds: listOf(idOf('Service', 'The services that are under maintenance, at least one'), {
    max: MAX_SERVICES,
  }),
};

export const maintenanceWindowScheduleInput = createInput({ ...ownerFields, ...fields });

export const maintenanceWindowUpdateInput = updateInput(fields);

/**
 * Schedules a window; throws UserErrors for a bad input, times that cannot be, or an owner, a service or a team that
 * does not fit.
 */
export async function scheduleWindow(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof maintenanceWindowScheduleInput>,
): Promise<Written<MaintenanceWindow>> {
  const data = parseInput(maintenanceWindowScheduleInput, input);
  requireServices(data.serviceIds);
  return ctx.transact(async (tx) => {
    const owner = await ownerToWriteIn(tx, ctx.viewer, data);
    const now = await tx.now();
    requireTimes(data, now);
    requireStartAhead(data.startsAt, now);
    if (data.teamId) await teamToReferTo(tx, ctx, data.teamId, owner, 'input', 'teamId');
    await requireServicesOf(owner, tx, ctx, data.serviceIds, pathOfService);
    const serviceIds = data.serviceIds.toSorted();
    const window = await tx.db.maintenanceWindow.create({ data: { ...data, ...owner, serviceIds } });
    tx.created(maintenanceWindowEntity, window);
    await writeServices(tx, window);
    await tx.schedule(windowStart, window, window.startsAt);
    return window;
  });
}

/**
 * Changes the given fields of a window that is not over; of one that has started the start stays. Throws UserErrors for
 * a bad input, no such window or one that is shared with the viewer, times that cannot be, or an old version.
 */
export async function updateWindow(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof maintenanceWindowUpdateInput>,
): Promise<Written<MaintenanceWindow>> {
  const { teamId, ...data } = parseInput(maintenanceWindowUpdateInput, input);
  if (data.serviceIds) requireServices(data.serviceIds);
  return ctx.transact(async (tx) => {
    const before = await windowToChange(tx, ctx, args);
    await requireMovable(tx, before, data);
    if (teamId) await teamToReferTo(tx, ctx, teamId, before, 'input', 'teamId');
    if (data.serviceIds) await requireServicesOf(before, tx, ctx, data.serviceIds, pathOfService);
    const after = await tx.update(maintenanceWindowEntity, before, {
      ...data,
      ...(teamId !== undefined && { teamId }),
      ...(data.serviceIds && { serviceIds: data.serviceIds.toSorted() }),
      // The time stays if only the team changes: a customer's own users see it.
      updatedAt: before.updatedAt,
    });
    await carryOut(tx, before, after);
    return after;
  });
}

/**
 * Moves the end of a window that is not over to a later time; throws UserErrors for no such window or one that is shared
 * with the viewer, an end that is not later, or an old version. One that commits while the end is due wins.
 */
export async function extendWindow(
  ctx: ViewerContext,
  { endsAt, ...args }: RowArgs & { readonly endsAt: Date },
): Promise<Written<MaintenanceWindow>> {
  return ctx.transact(async (tx) => {
    const before = await windowToChange(tx, ctx, args);
    requireLater(before, endsAt, await tx.now());
    const after = await tx.update(maintenanceWindowEntity, before, { endsAt });
    await carryOut(tx, before, after);
    return after;
  });
}

/**
 * Cancels a window that is not over, also a running one; throws UserErrors for no such window or one that is shared with
 * the viewer, one that is over, or an old version.
 */
export async function cancelWindow(ctx: ViewerContext, args: RowArgs): Promise<Written<MaintenanceWindow>> {
  return ctx.transact(async (tx) => cancel(tx, await windowToChange(tx, ctx, args)));
}

async function windowToChange(
  tx: Transaction,
  ctx: ViewerContext,
  args: RowArgs,
): Promise<MaintenanceWindow> {
  const window = await rowToChange(tx, ctx, maintenanceWindows, args);
  requireOwnLevel(ctx.viewer, window, 'MaintenanceWindow');
  requireNotOver(window);
  return window;
}

/** Refuses times that the window cannot have any more. Unchanged times are not looked at: a title can change at any time. */
async function requireMovable(
  tx: Transaction,
  before: MaintenanceWindow,
  { startsAt = before.startsAt, endsAt = before.endsAt }: Partial<MaintenanceWindow>,
): Promise<void> {
  const isStartMoved = startsAt.getTime() !== before.startsAt.getTime();
  if (!isStartMoved && endsAt.getTime() === before.endsAt.getTime()) return;
  const now = await tx.now();
  if (isStartMoved) requireNotStarted(before);
  requireTimes({ startsAt, endsAt }, now);
  if (isStartMoved) requireStartAhead(startsAt, now);
}

/** Schedules what is next of a changed window, and lets a running one affect its present services. */
async function carryOut(tx: Transaction, before: MaintenanceWindow, after: MaintenanceWindow): Promise<void> {
  const isRunning = after.status === 'IN_PROGRESS';
  await (isRunning
    ? tx.schedule(windowEnd, after, after.endsAt)
    : tx.schedule(windowStart, after, after.startsAt));
  if (String(before.serviceIds) === String(after.serviceIds)) return;
  await writeServices(tx, after);
  if (isRunning) await affect(tx, after, await tx.now());
}

/** Writes the rows that keep the services of a window from being deleted. */
async function writeServices(
  tx: Transaction,
  { id: windowId, serviceIds }: MaintenanceWindow,
): Promise<void> {
  await tx.db.maintenanceWindowService.deleteMany({ where: { windowId, serviceId: { notIn: serviceIds } } });
  await tx.db.maintenanceWindowService.createMany({
    data: serviceIds.map((serviceId) => ({ windowId, serviceId })),
    skipDuplicates: true,
  });
}

function pathOfService(index: number): string[] {
  return ['input', 'serviceIds', `${index}`];
}
