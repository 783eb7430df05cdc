import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { invalidState, notFound } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { optionalText, requiredText } from '../../core/input-text.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { MaintenancePriority, type MaintenanceRequest, type Unit } from '../../generated/prisma/client.ts';
import { unitsVisibleTo } from '../properties/properties.access.ts';
import { unitEntity } from '../properties/properties.changes.ts';
import { unitsReportedBy } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { holdOf, requestToChange, requireManaged, writeRequest } from './request-to-change.ts';

// Invariants of this room: a request is of one unit and of whoever rented it when it was reported; its status moves as
// request-transitions.ts says, and it has an assignee while it is ASSIGNED; who that is can see to it, at every moment
// (maintenance.reactions.ts takes it away when that ends). Users are locked before requests, by the reaction as by
// commands. A unit with requests stays, as it does with payments: what is over is its history.

const fields = {
  title: requiredText('The title'),
  description: optionalText('The description').nullable(),
  priority: z.enum(MaintenancePriority),
};

const createInput = z.object({
  ...fields,
  unitId: z.string(),
  description: fields.description.optional(),
  priority: fields.priority.nullish().transform((priority) => priority ?? 'NORMAL'),
});

const updateInput = z.object(fields).partial();

/** Reports something; throws UserErrors for a bad input, no such unit, or a key used for something else. */
export async function createRequest(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<MaintenanceRequest>> {
  const data = parseInput(createInput, input);
  return ctx.transact(
    async (tx) => {
      const { tenantId, customerId, propertyId, residentId } = await unitToReport(tx, ctx, data.unitId);
      const request = await tx.db.maintenanceRequest.create({
        data: { ...data, tenantId, customerId, propertyId, residentId, reporterId: ctx.viewer.userId },
      });
      tx.created(maintenanceRequestEntity, request);
      return request;
    },
    idempotent(idempotencyKey, 'maintenanceRequestCreate', data),
  );
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such request, one that its resident may change no more,
 * or a version that has passed.
 */
export async function updateRequest(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<MaintenanceRequest>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await requestToChange(tx, ctx, id, expectedVersion);
    if (holdOf(ctx.viewer, before) !== 'OWN') requireManaged(ctx.viewer, before);
    else if (before.status !== 'OPEN') {
      throw invalidState(`The request is ${before.status}: its resident changes it while it is OPEN.`, 'id');
    }
    return writeRequest(tx, before, data);
  });
}

/** Deletes a request; throws UserErrors for no such request, one that is not OPEN, or a version that has passed. */
export async function deleteRequest(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<MaintenanceRequest>> {
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(maintenanceRequestEntity, id);
    const request = await requestToChange(tx, ctx, id, expectedVersion);
    requireManaged(ctx.viewer, request);
    if (request.status !== 'OPEN') {
      throw invalidState(`The request is ${request.status}: it can be deleted while it is OPEN.`, 'id');
    }
    await tx.db.maintenanceRequest.delete({ where: { id } });
    tx.deleted(maintenanceRequestEntity, request);
    return request;
  });
}

/** The unit must still be there when the request is, and of the resident whose request it becomes. */
async function unitToReport(tx: Transaction, { viewer }: ViewerContext, id: string): Promise<Unit> {
  await tx.lock(unitEntity, id);
  const where = [unitsVisibleTo(viewer), unitsReportedBy(viewer)].map((one) => toPrismaWhere(one));
  const unit = await tx.db.unit.findFirst({ where: { AND: [{ id }, ...where] } });
  if (!unit) throw notFound('unit', 'input', 'unitId');
  return unit;
}
