import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { IncidentStatus } from '../../generated/prisma/client.ts';

/**
 * The statuses that can follow each status; any other step is refused. While an incident is open its status moves
 * freely, also back: a suspected cause can prove wrong. Only a resolved incident has a postmortem. The way from RESOLVED
 * and POSTMORTEM to INVESTIGATING is the reopening.
 */
const NEXT: Readonly<Record<IncidentStatus, readonly IncidentStatus[]>> = {
  INVESTIGATING: ['IDENTIFIED', 'MONITORING', 'RESOLVED'],
  IDENTIFIED: ['INVESTIGATING', 'MONITORING', 'RESOLVED'],
  MONITORING: ['INVESTIGATING', 'IDENTIFIED', 'RESOLVED'],
  RESOLVED: ['POSTMORTEM', 'INVESTIGATING'],
  POSTMORTEM: ['INVESTIGATING'],
};

/** The statuses in which an incident is over: it affects no service. */
export const OVER = ['RESOLVED', 'POSTMORTEM'] as const satisfies readonly IncidentStatus[];

/** Whether an incident with this status affects its services. */
export function isOpen(status: IncidentStatus): boolean {
  return !(OVER as readonly IncidentStatus[]).includes(status);
}

const INCIDENT = sentences('INVALID_STATE', {
  INCIDENT_NOT_NEXT: 'The incident is {status}: its next status can be {possible}.',
  INCIDENT_NOT_OVER: 'The incident is {status}: it can be reopened while it is RESOLVED or POSTMORTEM.',
});

/** Refuses a step that the table does not have; throws INVALID_STATE at the path of the argument that asks for it. */
export function requireNext(status: IncidentStatus, wanted: IncidentStatus, ...path: string[]): void {
  if (NEXT[status].includes(wanted)) return;
  throw invalidState(INCIDENT.INCIDENT_NOT_NEXT({ status, possible: NEXT[status].join(', ') }), ...path);
}

/** Refuses to reopen an incident that is open; throws INVALID_STATE. */
export function requireOver(status: IncidentStatus): void {
  if (isOpen(status)) throw invalidState(INCIDENT.INCIDENT_NOT_OVER({ status }), 'id');
}
