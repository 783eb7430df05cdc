import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { forbiddenChange, invalidInput } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { optionalText } from '../../core/input-text.ts';
import type { Written } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import type { MaintenanceRequest, MaintenanceStatus } from '../../generated/prisma/client.ts';
import { userEntity } from '../users/users.changes.ts';
import { requireAssignee } from './assignee.ts';
import { holdOf, requestToChange, requireManaged, writeRequest } from './request-to-change.ts';
import { isForResident, statusAfter, type Transition, transitionTo } from './request-transitions.ts';

const resolutionInput = optionalText('The resolution').nullish();
const reopenInput = z.object({ reason: optionalText('The reason').nullish() });

/**
 * Assigns a request, to nobody with null; throws UserErrors if that was not said, for no such request or user, one who
 * cannot see to it, a status that does not allow it, or a version that has passed.
 */
export async function assignRequest(
  ctx: ViewerContext,
  id: string,
  assigneeId: string | null | undefined,
  expectedVersion?: number | null,
): Promise<Written<MaintenanceRequest>> {
  if (assigneeId === undefined) throw invalidInput('Say who is to see to it: null is nobody.', 'assigneeId');
  return ctx.transact(async (tx) => {
    if (assigneeId) await tx.lock(userEntity, assigneeId);
    const before = await requestToChange(tx, ctx, id, expectedVersion);
    requireManaged(ctx.viewer, before);
    const status = statusAfter(before, assigneeId ? 'assign' : 'unassign');
    if (assigneeId) await requireAssignee(tx, ctx.viewer, before, assigneeId);
    return writeRequest(tx, before, { assigneeId, status });
  });
}

/** A new status, and with RESOLVED what was done. */
export interface StatusChange {
  readonly status: MaintenanceStatus;
  readonly resolution?: string | null;
}

/**
 * Moves a request on; throws UserErrors for no such request, a transition that its status does not allow or that is not
 * for its resident, a resolution of anything but RESOLVED, or a version that has passed.
 */
export async function setRequestStatus(
  ctx: ViewerContext,
  id: string,
  { status: wanted, resolution: text }: StatusChange,
  expectedVersion?: number | null,
): Promise<Written<MaintenanceRequest>> {
  const resolution = parseInput(resolutionInput, text, 'resolution');
  if (resolution != null && wanted !== 'RESOLVED') {
    throw invalidInput('A resolution comes with the status RESOLVED.', 'resolution');
  }
  return ctx.transact(async (tx) => {
    const before = await requestToChange(tx, ctx, id, expectedVersion);
    const transition = transitionTo(before, wanted);
    requireMayTake(ctx.viewer, before, transition);
    const status = statusAfter(before, transition);
    return writeRequest(tx, before, {
      status,
      ...(transition === 'resolve' && { resolution: resolution ?? null }),
      ...(transition === 'close' && { closedAt: ctx.clock.now() }),
    });
  });
}

/**
 * Takes a request up again, for whoever it is still assigned to; throws UserErrors for no such request, one that is not
 * over or that is not for its resident to reopen, or a version that has passed.
 */
export async function reopenRequest(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<MaintenanceRequest>> {
  const reopenReason = parseInput(reopenInput, input ?? {}).reason ?? null;
  return ctx.transact(async (tx) => {
    const before = await requestToChange(tx, ctx, id, expectedVersion);
    requireMayTake(ctx.viewer, before, 'reopen');
    const status = statusAfter(before, 'reopen');
    return writeRequest(tx, before, { status, reopenReason, resolution: null, closedAt: null });
  });
}

function requireMayTake(viewer: Viewer, request: MaintenanceRequest, transition: Transition): void {
  if (holdOf(viewer, request) !== 'OWN') {
    requireManaged(viewer, request);
  } else if (!isForResident(request, transition)) {
    throw forbiddenChange(
      `The request is ${request.status}: its resident closes or reopens it while it is RESOLVED.`,
      'id',
    );
  }
}
