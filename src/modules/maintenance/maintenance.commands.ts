import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { choice, defaulted, idOf, longText, optional, text } from '../../core/requests/input-fields.ts';
import { isPlatformRole } from '../../core/rights/viewer.ts';
import type { Written } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import { deleteRow } from '../../db/row-commands.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { maintenanceRequests, reportedUnits } from './maintenance.access.ts';
import { maintenanceRequestEntity } from './maintenance.changes.ts';
import { holdOf, requireManaged } from './request-hold.ts';

// Invariants of this room: a request is about one unit and belongs to the user who rented it when the request was
// reported; its status moves as request-transitions.ts says, and it has an assignee while it is ASSIGNED; at every
// moment the assignee is a user who can work on it (maintenance.reactions.ts unassigns it when that ends). Users are
// locked before requests, by the reaction and by commands. A unit with requests cannot be deleted: they are its history.

const fields = {
  title: text('Title of the problem'),
  description: optional(longText('Description of the problem')),
  priority: defaulted(choice('MaintenancePriority', 'Priority'), 'NORMAL by default'),
};

export const requestCreateInput = createInput({
  unitId: idOf('Unit', 'The unit it is about; for residents, the one they rent'),
  ...fields,
});

export const requestUpdateInput = updateInput(fields);

const REQUEST = sentences('INVALID_STATE', {
  CHANGED_WHILE_OPEN_ONLY: 'The request is {status}: its resident changes it while it is OPEN.',
  DELETED_WHILE_OPEN_ONLY: 'The request is {status}: it can be deleted while it is OPEN.',
});

/** Reports a problem of a unit; throws UserErrors for a bad input, or no such unit. */
export const createRequest = createCommand(
  maintenanceRequestEntity,
  requestCreateInput,
  async (tx, { priority = 'NORMAL', ...data }, ctx) => {
    const unit = await rowToCopyFrom(tx, ctx, reportedUnits, data.unitId, 'input', 'unitId');
    const { tenantId, customerId, propertyId, residentId } = unit;
    return tx.db.maintenanceRequest.create({
      data: {
        ...data,
        priority,
        tenantId,
        customerId,
        propertyId,
        residentId,
        reporterId: ctx.viewer.userId,
        reporterOfPlatform: isPlatformRole(ctx.viewer.role),
      },
    });
  },
);

/**
 * Changes the given fields; throws UserErrors for a bad input, no such request, one that its resident may no longer
 * change, or an old version.
 */
export const updateRequest = updateCommand(
  maintenanceRequests,
  requestUpdateInput,
  (_tx, data, before, ctx) => {
    if (holdOf(ctx.viewer, before) !== 'OWN') requireManaged(ctx.viewer, before);
    else if (before.status !== 'OPEN') {
      throw invalidState(REQUEST.CHANGED_WHILE_OPEN_ONLY({ status: before.status }), 'id');
    }
    return data;
  },
);

/** Deletes a request; throws UserErrors for no such request, one that is not OPEN, or an old version. */
export async function deleteRequest(ctx: ViewerContext, args: RowArgs): Promise<Written<MaintenanceRequest>> {
  return deleteRow(ctx, maintenanceRequests, args, (request) => {
    requireManaged(ctx.viewer, request);
    if (request.status !== 'OPEN') {
      throw invalidState(REQUEST.DELETED_WHILE_OPEN_ONLY({ status: request.status }), 'id');
    }
  });
}
