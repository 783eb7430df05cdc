import { invalidInput, invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type {
  Incident,
  IncidentStatus,
  IncidentUpdate,
  UpdateVisibility,
} from '../../generated/prisma/client.ts';
import { setEffects } from '../services/services.requests.ts';
import { areSame, type Statuses, serviceIdsOf, writeStatuses } from './affected-services.ts';
import type { PastTime } from './incident-times.ts';
import { isOpen } from './incident-transitions.ts';
import { incidentEntity, incidentUpdateEntity } from './incidents.changes.ts';

const NOTE = sentences('INVALID_INPUT', {
  NOTE_CHANGES_NOTHING:
    'The last step of the incident was at {time}: an update from before it is a note, and "{field}" stays.',
});
const SERVICES = sentences('INVALID_STATE', {
  INCIDENT_OVER: 'The incident is {status}: its services change while it is open.',
});

/** The statuses that an incident gives to its services, before and after a step. */
interface ServicesStep {
  readonly before: Statuses;
  readonly after: Statuses;
}

/** The content of a new update of an incident, and the step that it takes. */
export interface Entry {
  readonly time: PastTime;
  readonly message: string;
  readonly visibility: UpdateVisibility;
  /** The status to which the incident moves. Absent: it keeps its own. */
  readonly status?: IncidentStatus | undefined;
  readonly services: ServicesStep;
}

/**
 * Adds an update to a locked incident, and takes the step that it says: the one way in which an incident changes its
 * status. Returns both rows. An update that is back-dated before the last step is a note: it has the status of its time,
 * and changes nothing; throws UserErrors for one that asks for more, and for services of an incident that is over.
 */
export async function addUpdate(
  tx: Transaction,
  incident: Incident,
  entry: Entry,
): Promise<{ readonly incident: Incident; readonly update: IncidentUpdate }> {
  const { time, message, visibility, services } = entry;
  requireNoteAlone(incident, entry);
  const status = entry.status ?? (await statusAt(tx, incident, time.at));
  const { id: incidentId, organizationId, tenantId } = incident;
  const update = await tx.db.incidentUpdate.create({
    data: {
      ...{ incidentId, organizationId, tenantId, status, message, visibility },
      occurredAt: time.at,
      isBackdated: time.isBackdated,
    },
  });
  tx.created(incidentUpdateEntity, update);
  const isStep = entry.status !== undefined || !areSame(services.before, services.after);
  const internalUpdates = incident.internalUpdates + (visibility === 'STAFF' ? 1 : 0);
  if (isStep)
    return { incident: await writeStep(tx, incident, { ...entry, status, internalUpdates }), update };
  // The time stays: a customer's own users do not see the update that is counted.
  const counted = { internalUpdates, updatedAt: incident.updatedAt };
  return { incident: await tx.update(incidentEntity, incident, counted), update };
}

/** The columns of a step, and its services. */
interface Step {
  readonly time: Pick<PastTime, 'at'>;
  readonly status: IncidentStatus;
  readonly services: Pick<ServicesStep, 'after'>;
  readonly internalUpdates: number;
}

/** Writes a step of a locked incident: its row, those of its services, and the effects on them. */
async function writeStep(
  tx: Transaction,
  incident: Incident,
  { time: { at }, status, services, internalUpdates }: Step,
): Promise<Incident> {
  const resolvedAt = isOpen(status) ? null : (incident.resolvedAt ?? at);
  const serviceIds = serviceIdsOf(services.after);
  const columns = { status, resolvedAt, serviceIds, internalUpdates, lastStepAt: at };
  const after = await tx.update(incidentEntity, incident, columns);
  await writeStatuses(tx, incident.id, services.after);
  await setEffects(tx, sourceOf(incident), isOpen(status) ? services.after : new Map(), at);
  return after;
}

/** Gives the services of an open, locked incident other statuses from now on, without an update. */
export async function changeServices(
  tx: Transaction,
  incident: Incident,
  services: ServicesStep,
): Promise<Partial<Incident>> {
  if (areSame(services.before, services.after)) return {};
  requireOpen(incident);
  const at = await tx.now();
  await writeStatuses(tx, incident.id, services.after);
  await setEffects(tx, sourceOf(incident), services.after, at);
  return { serviceIds: serviceIdsOf(services.after), lastStepAt: at };
}

/** The incident as the source of effects on services. */
export function sourceOf({ id }: Pick<Incident, 'id'>) {
  return { source: 'INCIDENT', id } as const;
}

function requireNoteAlone(incident: Incident, { time, status, services }: Entry): void {
  const isChanged = !areSame(services.before, services.after);
  if (time.at < incident.lastStepAt && (status !== undefined || isChanged)) {
    const fault = NOTE.NOTE_CHANGES_NOTHING({ time: incident.lastStepAt.toISOString() });
    throw invalidInput(fault, 'input', status === undefined ? 'services' : 'status');
  }
  if (isChanged) requireOpen({ status: status ?? incident.status });
}

function requireOpen({ status }: Pick<Incident, 'status'>): void {
  if (!isOpen(status)) throw invalidState(SERVICES.INCIDENT_OVER({ status }), 'input', 'services');
}

/** The status that an incident had at a time since its start. */
async function statusAt(tx: Transaction, incident: Incident, at: Date): Promise<IncidentStatus> {
  if (at >= incident.lastStepAt) return incident.status;
  const last = await tx.db.incidentUpdate.findFirst({
    where: { incidentId: incident.id, occurredAt: { lte: at } },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    select: { status: true },
  });
  return last?.status ?? 'INVESTIGATING';
}
