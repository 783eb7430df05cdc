import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { MaintenanceRequest, MaintenanceStatus } from '../../generated/prisma/client.ts';

/** The ways to move a request from one status to another. */
export type Transition = 'assign' | 'unassign' | 'start' | 'resolve' | 'close' | 'reopen';

/**
 * The status after each transition, by the status before it; a transition without an entry is refused. Work that has
 * begun can be reassigned, but not unassigned. A reopened request is ASSIGNED if it still has an assignee.
 */
const NEXT: Readonly<Record<MaintenanceStatus, { readonly [Taken in Transition]?: MaintenanceStatus }>> = {
  OPEN: { assign: 'ASSIGNED', unassign: 'OPEN' },
  ASSIGNED: { assign: 'ASSIGNED', unassign: 'OPEN', start: 'IN_PROGRESS' },
  IN_PROGRESS: { assign: 'IN_PROGRESS', resolve: 'RESOLVED' },
  RESOLVED: { close: 'CLOSED', reopen: 'OPEN' },
  CLOSED: { reopen: 'OPEN' },
};

/** The transitions that residents may make with their own requests, and the status that each requires. */
const OF_RESIDENTS: { readonly [Taken in Transition]?: MaintenanceStatus } = {
  close: 'RESOLVED',
  reopen: 'RESOLVED',
};

/** The transition that sets each status; assigning and reopening lead to the other statuses. */
const TRANSITION_TO: { readonly [Status in MaintenanceStatus]?: Transition } = {
  IN_PROGRESS: 'start',
  RESOLVED: 'resolve',
  CLOSED: 'close',
};

const REQUEST = sentences('INVALID_STATE', {
  REQUEST_NOT_NEXT: 'The request is {status}: its next step can be {possible}.',
  STATUS_NOT_SET:
    '{wanted} is not set but comes by assigning or reopening. The request is {status}: its next step can be {possible}.',
});

/**
 * Returns the status after a transition; throws INVALID_STATE for a transition that is not possible, and lists those that
 * are.
 */
export function statusAfter(
  { status, assigneeId }: MaintenanceRequest,
  transition: Transition,
): MaintenanceStatus {
  const next = NEXT[status][transition];
  if (!next) throw invalidState(REQUEST.REQUEST_NOT_NEXT({ status, possible: possible(status) }), 'id');
  return transition === 'reopen' && assigneeId ? 'ASSIGNED' : next;
}

/** Returns the transition that sets a status; throws INVALID_STATE for a status that cannot be set directly. */
export function transitionTo({ status }: MaintenanceRequest, wanted: MaintenanceStatus): Transition {
  const transition = TRANSITION_TO[wanted];
  if (transition) return transition;
  throw invalidState(REQUEST.STATUS_NOT_SET({ wanted, status, possible: possible(status) }), 'status');
}

/** Whether a resident may make this transition with its own request. */
export function isForResident({ status }: MaintenanceRequest, transition: Transition): boolean {
  return OF_RESIDENTS[transition] === status;
}

function possible(status: MaintenanceStatus): string {
  const transitions = (Object.keys(NEXT[status]) as Transition[]).filter(
    (transition) => NEXT[status][transition] !== status || transition === 'assign',
  );
  return transitions.join(', ');
}
