import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import { choice, defaulted, idOf, longText, optional, text } from '../../core/requests/input-fields.ts';
import { isCustomerRole, isPlatformRole } from '../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { createCommand, updateCommand } from '../../db/input-commands.ts';
import { deleteRow } from '../../db/row-commands.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { MaintenanceRequest } from '../../generated/prisma/client.ts';
import { teamToReferTo } from '../teams/teams.requests.ts';
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
  teamId: optional(
    idOf('Team', 'The team that looks after it, of the tenant or of its organization; only for staff'),
  ),
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

const TEAM = sentences('FORBIDDEN_CHANGE', {
  TEAM_FOR_STAFF: 'Only staff gives a request to a team.',
});

/** Reports a problem of a unit; throws UserErrors for a bad input, or no such unit. */
export const createRequest = createCommand(
  maintenanceRequestEntity,
  requestCreateInput,
  async (tx, { priority = 'NORMAL', ...data }, ctx) => {
    const unit = await rowToCopyFrom(tx, ctx, reportedUnits, data.unitId, 'input', 'unitId');
    const { tenantId, customerId, propertyId, residentId } = unit;
    await requireTeam(tx, ctx, data.teamId, tenantId);
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
  async (tx, data, before, ctx) => {
    if (holdOf(ctx.viewer, before) !== 'OWN') requireManaged(ctx.viewer, before);
    else if (before.status !== 'OPEN') {
      throw invalidState(REQUEST.CHANGED_WHILE_OPEN_ONLY({ status: before.status }), 'id');
    }
    await requireTeam(tx, ctx, data.teamId, before.tenantId);
    return data;
  },
);

/** Refuses a team that is not for the tenant's requests, and any from a customer's own user, to whom teams are hidden. */
async function requireTeam(
  tx: Transaction,
  ctx: ViewerContext,
  teamId: string | null | undefined,
  tenantId: string,
): Promise<void> {
  if (teamId === undefined) return;
  if (isCustomerRole(ctx.viewer.role)) throw forbiddenChange(TEAM.TEAM_FOR_STAFF(), 'input', 'teamId');
  if (teamId === null) return;
  // A request does not move with its tenant: until the transaction ends, the tenant stays in the organization of the team.
  await tx.lockAgainstChange({ name: 'Tenant' }, tenantId);
  const { organizationId } = await tx.db.tenant.findUniqueOrThrow({ where: { id: tenantId } });
  await teamToReferTo(tx, ctx, teamId, { organizationId, tenantId }, 'input', 'teamId');
}

/** Deletes a request; throws UserErrors for no such request, one that is not OPEN, or an old version. */
export async function deleteRequest(ctx: ViewerContext, args: RowArgs): Promise<Written<MaintenanceRequest>> {
  return deleteRow(ctx, maintenanceRequests, args, (request) => {
    requireManaged(ctx.viewer, request);
    if (request.status !== 'OPEN') {
      throw invalidState(REQUEST.DELETED_WHILE_OPEN_ONLY({ status: request.status }), 'id');
    }
  });
}
