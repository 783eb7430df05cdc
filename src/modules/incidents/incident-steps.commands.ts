import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { choice, idOf, optional, time } from '../../core/requests/input-fields.ts';
import { requireOwnLevel } from '../../core/rights/owner.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { rowToCopyFrom } from '../../db/row-to-change.ts';
import type { Incident, IncidentUpdate } from '../../generated/prisma/client.ts';
import { affectedServices, statusesOf, statusesWith } from './affected-services.ts';
import { requireKeyFree } from './incident-references.ts';
import { addUpdate } from './incident-steps.ts';
import { pastTime, requireSince } from './incident-times.ts';
import { isOpen, requireNext, requireOver } from './incident-transitions.ts';
import { messageFields } from './incident-update-input.ts';
import { incidents } from './incidents.access.ts';
import { incidentToChange } from './incidents.commands.ts';

const stepFields = {
  ...messageFields('What is known'),
  occurredAt: optional(
    time(
      'When it happened, not in the future and not before the incident; before the last step of the incident the update is a note, and changes nothing',
    ),
    'now by default',
  ),
};

export const incidentResolveInput = createInput(stepFields);

export const incidentReopenInput = createInput({
  ...stepFields,
  services: optional(
    affectedServices('Services and the statuses that the incident gives them from then on'),
    'those of its services when it was resolved by default',
  ),
});

export const incidentUpdatePostInput = createInput({
  incidentId: idOf('Incident', 'The incident'),
  status: optional(
    choice(
      'IncidentStatus',
      'The status to which the incident moves; RESOLVED does what `incidentResolve` does, and INVESTIGATING after it what `incidentReopen` does',
    ),
    'the incident keeps its status by default',
  ),
  ...stepFields,
  services: optional(
    affectedServices('Services that get another status, or are affected from then on'),
    'the others keep theirs',
  ),
});

/** The parts of an input that make an update, and the step that it takes. */
type StepInput = Omit<OutputOf<typeof incidentUpdatePostInput>, 'incidentId'>;

/**
 * Adds an update to the timeline of an incident, and takes the step that it says; throws UserErrors for a bad input, no
 * such incident or one that is shared with the viewer, a status that cannot follow, or a time that does not fit.
 */
export async function postUpdate(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof incidentUpdatePostInput>,
): Promise<Written<IncidentUpdate>> {
  const { incidentId, ...step } = parseInput(incidentUpdatePostInput, input);
  return ctx.transact(async (tx) => {
    const incident = await rowToCopyFrom(tx, ctx, incidents, incidentId, 'input', 'incidentId');
    requireOwnLevel(ctx.viewer, incident, 'Incident');
    const { update } = await takeStep(tx, ctx, incident, step, 'input', 'status');
    return update;
  });
}

/** Resolves an incident; throws UserErrors as `postUpdate` does, and for an old version. */
export async function resolveIncident(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof incidentResolveInput>,
): Promise<Written<Incident>> {
  const data = parseInput(incidentResolveInput, input);
  return ctx.transact(async (tx) => {
    const before = await incidentToChange(tx, ctx, args);
    return (await takeStep(tx, ctx, before, { ...data, status: 'RESOLVED' }, 'id')).incident;
  });
}

/** Reopens an incident that is over; throws UserErrors as `postUpdate` does, and for an old version. */
export async function reopenIncident(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof incidentReopenInput>,
): Promise<Written<Incident>> {
  const data = parseInput(incidentReopenInput, input);
  return ctx.transact(async (tx) => {
    const before = await incidentToChange(tx, ctx, args);
    requireOver(before.status);
    return (await takeStep(tx, ctx, before, { ...data, status: 'INVESTIGATING' }, 'id')).incident;
  });
}

/** Takes the step of an input on a locked incident. `statusPath` is that of the argument that asks for the status. */
async function takeStep(
  tx: Transaction,
  ctx: ViewerContext,
  incident: Incident,
  { status, message, visibility = 'TENANT', occurredAt, services }: StepInput,
  ...statusPath: string[]
) {
  if (status) {
    requireNext(incident.status, status, ...statusPath);
    if (isOpen(status) && !isOpen(incident.status)) await requireKeyFree(tx, incident, ...statusPath);
  }
  const moment = pastTime(occurredAt, await tx.now(), 'input', 'occurredAt');
  requireSince(incident.startedAt, moment, 'input', 'occurredAt');
  const before = await statusesOf(tx, incident.id);
  const after = services ? await statusesWith(tx, ctx, incident, services, before) : before;
  return addUpdate(tx, incident, {
    ...{ time: moment, message, visibility, status: status ?? undefined },
    services: { before, after },
  });
}
