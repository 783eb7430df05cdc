import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { inUse } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, updateInput } from '../../core/requests/input.ts';
import {
  defaulted,
  emptyAsNull,
  flag,
  idOf,
  integer,
  longText,
  optional,
  text,
} from '../../core/requests/input-fields.ts';
import { ownerFields, requireOwnLevel } from '../../core/rights/owner.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { createCommandOfOwner, updateCommand } from '../../db/input-commands.ts';
import { rowToDelete } from '../../db/row-to-change.ts';
import type { Service } from '../../generated/prisma/client.ts';
import { teamEntity } from '../teams/teams.changes.ts';
import { teamToReferTo } from '../teams/teams.requests.ts';
import { services } from './services.access.ts';
import { overrideEnd, serviceEntity } from './services.changes.ts';

// Invariants of this room: the status of a service is that of precedence.terms.ts, from its override and the effects that
// hold; its team is of the same owner or of the owner's organization; a service that an open incident or a window that
// has not ended affects cannot be deleted.

const fields = {
  name: text('The name'),
  group: optional(emptyAsNull(text('The group, by whose name services stand together'))),
  description: optional(longText('The description')),
  position: defaulted(integer('The position among the services, the smallest first'), '0 by default'),
  isPublic: defaulted(flag('Whether the public page shows it'), 'false by default'),
  teamId: optional(idOf('Team', 'The team that looks after it, of the same owner or of its organization')),
};

export const serviceCreateInput = createInput({ ...ownerFields, ...fields });

export const serviceUpdateInput = updateInput(fields);

const AFFECTED = sentences('IN_USE', {
  SERVICE_IN_INCIDENTS: 'Open incidents affect the service: {incidentIds}.',
  SERVICE_IN_WINDOWS: 'Maintenance windows that have not ended affect the service: {windowIds}.',
});

/** The most ids that a refusal names. */
const MAX_NAMED = 20;

/** Creates a service; throws UserErrors for a bad input, or an owner or a team that is none of the viewer's. */
export const createService = createCommandOfOwner(
  serviceEntity,
  serviceCreateInput,
  async (tx, data, ctx) => {
    const { position = 0, isPublic = false, teamId = null, ...columns } = data;
    if (teamId) await teamToReferTo(tx, ctx, teamId, data, 'input', 'teamId');
    return tx.db.service.create({ data: { ...columns, position, isPublic, teamId } });
  },
);

/**
 * Changes the given fields; throws UserErrors for a bad input, no such service or team, a service that the organization
 * shares with the viewer's tenant, or an old version.
 */
export const updateService = updateCommand(
  services,
  serviceUpdateInput,
  async (tx, data, before, ctx) => {
    requireOwnLevel(ctx.viewer, before, services.type);
    if (data.teamId) await teamToReferTo(tx, ctx, data.teamId, before, 'input', 'teamId');
    // The time stays if only the team changes: a customer's own users see it.
    return { ...data, updatedAt: before.updatedAt };
  },
  async (tx, { teamId }) => {
    if (teamId) await tx.lockAgainstDelete(teamEntity, teamId);
  },
);

/**
 * Deletes a service with its effects; throws UserErrors for no such service, one that the organization shares with the
 * viewer's tenant, one that an open incident or a window that has not ended affects, or an old version.
 */
export function deleteService(ctx: ViewerContext, args: RowArgs): Promise<Written<Service>> {
  return ctx.transact(async (tx) => {
    const service = await rowToDelete(tx, ctx, services, args);
    requireOwnLevel(ctx.viewer, service, services.type);
    await requireUnaffected(tx, service.id);
    await tx.unschedule(overrideEnd, service);
    // Incidents and windows that have ended do not hold it: an incident that is resolved no longer names it.
    await tx.db.incidentService.deleteMany({ where: { serviceId: service.id } });
    await tx.db.maintenanceWindowService.deleteMany({ where: { serviceId: service.id } });
    return tx.delete(serviceEntity, service);
  });
}

/** The service is locked, so that no incident and no window begins to affect it meanwhile. */
async function requireUnaffected(tx: Transaction, serviceId: string): Promise<void> {
  const of = { services: { some: { serviceId } } };
  const page = { select: { id: true }, orderBy: { id: 'asc' }, take: MAX_NAMED } as const;
  const incidents = await tx.db.incident.findMany({
    where: { ...of, status: { notIn: ['RESOLVED', 'POSTMORTEM'] } },
    ...page,
  });
  if (incidents.length > 0) throw inUse(AFFECTED.SERVICE_IN_INCIDENTS({ incidentIds: idsOf(incidents) }));
  const windows = await tx.db.maintenanceWindow.findMany({
    where: { ...of, status: { in: ['SCHEDULED', 'IN_PROGRESS'] } },
    ...page,
  });
  if (windows.length > 0) throw inUse(AFFECTED.SERVICE_IN_WINDOWS({ windowIds: idsOf(windows) }));
}

function idsOf(rows: readonly { readonly id: string }[]): string {
  return rows.map(({ id }) => id).join(', ');
}
