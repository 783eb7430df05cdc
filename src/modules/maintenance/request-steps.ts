import { invalidState } from '../../core/errors.ts';
import type { MaintenanceRequest, MaintenanceStatus } from '../../generated/prisma/client.ts';

/** What can be done to a request that moves it from one status to the next. */
export type Step = 'assign' | 'unassign' | 'start' | 'resolve' | 'close' | 'reopen';

/**
 * What a request becomes, by what it is and what is done; whatever has no entry cannot be done. Work that has begun is
 * given to somebody else, never to nobody. What is reopened goes back to whoever had it, if that is somebody still.
 */
const NEXT: Readonly<Record<MaintenanceStatus, { readonly [Taken in Step]?: MaintenanceStatus }>> = {
  OPEN: { assign: 'ASSIGNED', unassign: 'OPEN' },
  ASSIGNED: { assign: 'ASSIGNED', unassign: 'OPEN', start: 'IN_PROGRESS' },
  IN_PROGRESS: { assign: 'IN_PROGRESS', resolve: 'RESOLVED' },
  RESOLVED: { close: 'CLOSED', reopen: 'OPEN' },
  CLOSED: { reopen: 'OPEN' },
};

/** What the resident whose request it is may do, and in which status. */
const OF_RESIDENTS: { readonly [Taken in Step]?: MaintenanceStatus } = {
  close: 'RESOLVED',
  reopen: 'RESOLVED',
};

/** The step that sets a status; the others come by assigning and reopening. */
const STEP_TO: { readonly [Status in MaintenanceStatus]?: Step } = {
  IN_PROGRESS: 'start',
  RESOLVED: 'resolve',
  CLOSED: 'close',
};

/** The status that a step leads to; throws INVALID_STATE for one that cannot be taken, and says which can. */
export function statusAfter({ status, assigneeId }: MaintenanceRequest, step: Step): MaintenanceStatus {
  const next = NEXT[status][step];
  if (!next) throw invalidState(`The request is ${status}: ${possible(status)}.`, 'id');
  return step === 'reopen' && assigneeId ? 'ASSIGNED' : next;
}

/** Refuses a status that is not set but comes of something else; throws INVALID_STATE. */
export function stepTo({ status }: MaintenanceRequest, wanted: MaintenanceStatus): Step {
  const step = STEP_TO[wanted];
  if (step) return step;
  throw invalidState(
    `${wanted} is not set but comes by assigning or reopening. The request is ${status}: ${possible(status)}.`,
    'status',
  );
}

/** Whether a resident may take this step with its own request. */
export function isForResident({ status }: MaintenanceRequest, step: Step): boolean {
  return OF_RESIDENTS[step] === status;
}

const WORDS: Readonly<Record<Step, string>> = {
  assign: 'be assigned',
  unassign: 'be taken from its assignee',
  start: 'become IN_PROGRESS',
  resolve: 'become RESOLVED',
  close: 'become CLOSED',
  reopen: 'be reopened',
};

function possible(status: MaintenanceStatus): string {
  const steps = (Object.keys(NEXT[status]) as Step[]).filter(
    (step) => NEXT[status][step] !== status || step === 'assign',
  );
  return `it can ${steps.map((step) => WORDS[step]).join(' or ')}`;
}
