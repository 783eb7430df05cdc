import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type InputOf, parseInput } from '../../core/requests/input.ts';
import { longText, optional } from '../../core/requests/input-fields.ts';
import { optionalText } from '../../core/requests/input-text.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Written } from '../../core/rows/transact.ts';
import { changeRow } from '../../db/row-commands.ts';
import { rowToChange } from '../../db/row-to-change.ts';
import type { MaintenanceRequest, MaintenanceStatus } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { requireAssignee } from './assignee.ts';
import { maintenanceRequests } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { holdOf, requireManaged } from './request-hold.ts';
import { isForResident, statusAfter, type Transition, transitionTo } from './request-transitions.ts';

const resolutionInput = { schema: optionalText().nullish() };

const CHANGE = sentences('INVALID_INPUT', {
  ASSIGNEE_NEEDED: 'The assignee is required; null unassigns the request.',
  RESOLUTION_WITHOUT_STATUS: 'A resolution comes with the status RESOLVED.',
});
const RESIDENT = sentences('FORBIDDEN_CHANGE', {
  ONLY_WHILE_RESOLVED: 'The request is {status}: its resident closes or reopens it while it is RESOLVED.',
});

export const requestReopenInput = createInput({ reason: optional(longText('The reason for reopening it')) });

/** The arguments of `assignRequest`; an assignee of null unassigns the request. */
interface AssignArgs extends RowArgs {
  readonly assigneeId?: string | null;
}

/**
 * Assigns a request; throws UserErrors if `assigneeId` is absent, for no such request or user, one who cannot work on it,
 * a status that does not allow it, or an old version.
 */
export async function assignRequest(
  ctx: ViewerContext,
  { assigneeId, ...args }: AssignArgs,
): Promise<Written<MaintenanceRequest>> {
  if (assigneeId === undefined) throw invalidInput(CHANGE.ASSIGNEE_NEEDED(), 'assigneeId');
  return ctx.transact(async (tx) => {
    if (assigneeId) await tx.lock(userEntity, assigneeId);
    const before = await rowToChange(tx, ctx, maintenanceRequests, args);
    requireManaged(ctx.viewer, before);
    const status = statusAfter(before, assigneeId ? 'assign' : 'unassign');
    if (assigneeId) await requireAssignee(tx, ctx.viewer, before, assigneeId);
    return tx.update(maintenanceRequestEntity, before, { assigneeId, status });
  });
}

/** The arguments of `setRequestStatus`: a new status, and with RESOLVED the resolution. */
interface StatusArgs extends RowArgs {
  readonly status: MaintenanceStatus;
  readonly resolution?: string | null;
}

/**
 * Moves a request to another status; throws UserErrors for no such request, a transition that its status does not allow
 * or its resident may not make, a resolution with a status other than RESOLVED, or an old version.
 */
export async function setRequestStatus(
  ctx: ViewerContext,
  { status: wanted, resolution: text, ...args }: StatusArgs,
): Promise<Written<MaintenanceRequest>> {
  const resolution = parseInput(resolutionInput, text, 'resolution');
  if (resolution != null && wanted !== 'RESOLVED') {
    throw invalidInput(CHANGE.RESOLUTION_WITHOUT_STATUS(), 'resolution');
  }
  return changeRow(ctx, maintenanceRequests, args, (before) => {
    const transition = transitionTo(before, wanted);
    requireMayTake(ctx.viewer, before, transition);
    const status = statusAfter(before, transition);
    return {
      status,
      ...(transition === 'resolve' && { resolution: resolution ?? null }),
      ...(transition === 'close' && { closedAt: ctx.clock.now() }),
    };
  });
}

/** The arguments of `reopenRequest`. */
interface ReopenArgs extends RowArgs {
  readonly input?: InputOf<typeof requestReopenInput> | null;
}

/**
 * Reopens a request, which keeps its assignee; throws UserErrors for no such request, one that is neither RESOLVED nor
 * CLOSED or that its resident may not reopen, or an old version.
 */
export async function reopenRequest(
  ctx: ViewerContext,
  { input, ...args }: ReopenArgs,
): Promise<Written<MaintenanceRequest>> {
  const { reason: reopenReason = null } = parseInput(requestReopenInput, input ?? {});
  return changeRow(ctx, maintenanceRequests, args, (before) => {
    requireMayTake(ctx.viewer, before, 'reopen');
    const status = statusAfter(before, 'reopen');
    return { status, reopenReason, resolution: null, closedAt: null };
  });
}

function requireMayTake(viewer: Viewer, request: MaintenanceRequest, transition: Transition): void {
  if (holdOf(viewer, request) !== 'OWN') {
    requireManaged(viewer, request);
  } else if (!isForResident(request, transition)) {
    throw forbiddenChange(RESIDENT.ONLY_WHILE_RESOLVED({ status: request.status }), 'id');
  }
}
