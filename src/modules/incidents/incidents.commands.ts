import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, type OutputOf, parseInput, updateInput } from '../../core/requests/input.ts';
import { choice, idOf, optional, text, time } from '../../core/requests/input-fields.ts';
import { ownerFields, requireOwnLevel } from '../../core/rights/owner.ts';
import type { OwnedRow } from '../../core/rights/scope.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { ownerToWriteIn } from '../../db/owner-to-write-in.ts';
import { rowToChange, rowToDelete } from '../../db/row-to-change.ts';
import type { Incident } from '../../generated/prisma/client.ts';
import { setEffects } from '../services/services.requests.ts';
import {
  affectedServices,
  requireSome,
  serviceIdsOf,
  statusesOf,
  statusesWith,
  writeStatuses,
} from './affected-services.ts';
import { openIncidentWith, requirePeople } from './incident-references.ts';
import { changeServices, sourceOf } from './incident-steps.ts';
import { pastTime } from './incident-times.ts';
import { isOpen } from './incident-transitions.ts';
import { messageFields } from './incident-update-input.ts';
import { incidents } from './incidents.access.ts';
import { incidentEntity, incidentUpdateEntity } from './incidents.changes.ts';

// Invariants of this room: an incident and its services have one owner, so they have one audience; it affects at least
// one service, and has effects while it is open; its status moves as incident-transitions.ts says, each time with an
// update; updates are never changed, which the rights of the serving role hold; of an owner's open incidents at most one
// has a key, which a unique index holds; times are the database's, or from before. Incidents are locked
// before services.

const fields = {
  title: text('The title'),
  impact: choice('IncidentImpact', 'How bad it is'),
  teamId: optional(idOf('Team', 'The team that works on it, of the owner or its organization')),
  leadId: optional(idOf('User', 'The user of the staff who leads the work')),
};

export const incidentOpenInput = createInput({
  ...ownerFields,
  ...fields,
  services: affectedServices('The services that it affects, at least one'),
  key: optional(
    text(
      'The name that a monitoring system gives to what it reports: while an incident of the owner with it is open, another report changes nothing and is answered with that incident',
    ),
  ),
  startedAt: optional(time('When it began, not in the future'), 'now by default'),
  ...messageFields('The first update'),
});

export const incidentUpdateInput = updateInput({
  ...fields,
  services: affectedServices('All services that it affects from now on, at least one'),
});

/**
 * Opens an incident with its first update; answers the one that is open with the same key, if there is one, and writes
 * nothing then. Throws UserErrors for a bad input, or an owner, a service, a team or a lead that does not fit.
 */
export async function openIncident(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof incidentOpenInput>,
): Promise<Written<Incident>> {
  const data = parseInput(incidentOpenInput, input);
  requireSome(data.services);
  return ctx.transact(async (tx) => {
    const owner = await ownerToWriteIn(tx, ctx.viewer, data);
    return (await openWithKey(tx, owner, data.key)) ?? (await createIncident(tx, ctx, owner, data));
  });
}

/**
 * Finds the open incident with the key of a report. Of two reports with it the later one waits, and finds the incident of
 * the earlier one. There is no row to lock before the first report, and the owner's would hold up all other keys.
 */
async function openWithKey(
  tx: Transaction,
  owner: OwnedRow,
  key: string | null | undefined,
): Promise<Incident | null> {
  if (key == null) return null;
  const name = `${owner.tenantId ?? owner.organizationId} ${key}`;
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('incidents'), hashtext(${name}))`;
  return openIncidentWith(tx, owner, key);
}

async function createIncident(
  tx: Transaction,
  ctx: ViewerContext,
  { organizationId, tenantId }: OwnedRow,
  data: OutputOf<typeof incidentOpenInput>,
): Promise<Incident> {
  const owner = { organizationId, tenantId };
  const { title, impact, teamId = null, leadId = null, key = null, message, visibility = 'TENANT' } = data;
  await requirePeople(tx, ctx, owner, data);
  const statuses = await statusesWith(tx, ctx, owner, data.services);
  const { at, isBackdated } = pastTime(data.startedAt, await tx.now(), 'input', 'startedAt');
  const incident = await tx.db.incident.create({
    data: {
      ...{ ...owner, title, impact, teamId, leadId, key, isBackdated },
      startedAt: at,
      lastStepAt: at,
      serviceIds: serviceIdsOf(statuses),
      internalUpdates: visibility === 'STAFF' ? 1 : 0,
    },
  });
  tx.created(incidentEntity, incident);
  const { id: incidentId, status } = incident;
  const update = { ...owner, incidentId, status, message, visibility, occurredAt: at, isBackdated };
  tx.created(incidentUpdateEntity, await tx.db.incidentUpdate.create({ data: update }));
  await writeStatuses(tx, incidentId, statuses);
  await setEffects(tx, sourceOf(incident), statuses, at);
  return incident;
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such incident or one that is shared with the viewer,
 * services of one that is over, or an old version.
 */
export async function updateIncident(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof incidentUpdateInput>,
): Promise<Written<Incident>> {
  const { services, ...data } = parseInput(incidentUpdateInput, input);
  if (services) requireSome(services);
  return ctx.transact(async (tx) => {
    const before = await incidentToChange(tx, ctx, args);
    await requirePeople(tx, ctx, before, data);
    const present = await statusesOf(tx, before.id);
    const after = services ? await statusesWith(tx, ctx, before, services) : present;
    const changed = await changeServices(tx, before, { before: present, after });
    // The time stays if only hidden columns change: a customer's own users see it.
    return tx.update(incidentEntity, before, { ...data, ...changed, updatedAt: before.updatedAt });
  });
}

/**
 * Deletes an incident with its updates; its effects on services end now, and those until now remain. Throws UserErrors
 * for no such incident or one that is shared with the viewer, or an old version.
 */
export async function deleteIncident(ctx: ViewerContext, args: RowArgs): Promise<Written<Incident>> {
  return ctx.transact(async (tx) => {
    const incident = await rowToDelete(tx, ctx, incidents, args);
    requireOwnLevel(ctx.viewer, incident, 'Incident');
    if (isOpen(incident.status)) await setEffects(tx, sourceOf(incident), new Map(), await tx.now());
    const updates = await tx.db.incidentUpdate.findMany({
      where: { incidentId: incident.id },
      orderBy: { id: 'asc' },
    });
    await tx.db.$executeRaw`SELECT delete_incident(${incident.id}::uuid)`;
    for (const update of updates) tx.deleted(incidentUpdateEntity, update);
    tx.deleted(incidentEntity, incident);
    return incident;
  });
}

/** Locks and reads an incident that the viewer may change; throws UserErrors, as `rowToChange` does. */
export async function incidentToChange(
  tx: Transaction,
  ctx: ViewerContext,
  args: RowArgs,
): Promise<Incident> {
  const incident = await rowToChange(tx, ctx, incidents, args);
  requireOwnLevel(ctx.viewer, incident, 'Incident');
  return incident;
}
