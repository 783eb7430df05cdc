import { invalidInput, invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { MaintenanceWindow } from '../../generated/prisma/client.ts';

/** Within this time of the database's clock, the clock of a client counts as right. */
const GRACE_MS = 60_000;

const TIMES = sentences('INVALID_INPUT', {
  WINDOW_STARTS_IN_PAST: 'A maintenance window does not start in the past.',
  WINDOW_ENDS_BEFORE_START: 'The end is not after the start.',
  WINDOW_ENDS_IN_PAST: 'The end is in the past: cancel the maintenance window to end it now.',
  WINDOW_NOT_EXTENDED: 'The end is not after the present one, {time}.',
  WINDOW_WITHOUT_SERVICES: 'A maintenance window concerns at least one service.',
});
const WINDOW = sentences('INVALID_STATE', {
  WINDOW_OVER: 'The maintenance window is {status}: it can be changed before it is over.',
  WINDOW_STARTED: 'The maintenance window is {status}: its start stays.',
});

/** The planned times of a window. */
type Times = Pick<MaintenanceWindow, 'startsAt' | 'endsAt'>;

/** Refuses times that a window cannot have from now on; throws INVALID_INPUT. */
export function requireTimes({ startsAt, endsAt }: Times, now: Date): void {
  if (endsAt <= startsAt) throw invalidInput(TIMES.WINDOW_ENDS_BEFORE_START(), 'input', 'endsAt');
  if (endsAt <= now) throw invalidInput(TIMES.WINDOW_ENDS_IN_PAST(), 'input', 'endsAt');
}

/** Refuses a start in the past; throws INVALID_INPUT. */
export function requireStartAhead(startsAt: Date, now: Date): void {
  if (now.getTime() - startsAt.getTime() <= GRACE_MS) return;
  throw invalidInput(TIMES.WINDOW_STARTS_IN_PAST(), 'input', 'startsAt');
}

/** Refuses an end that is not after the present one and in the future; throws INVALID_INPUT. */
export function requireLater({ endsAt }: Times, wanted: Date, now: Date): void {
  if (wanted <= endsAt) {
    throw invalidInput(TIMES.WINDOW_NOT_EXTENDED({ time: endsAt.toISOString() }), 'endsAt');
  }
  if (wanted <= now) throw invalidInput(TIMES.WINDOW_ENDS_IN_PAST(), 'endsAt');
}

/** Refuses a window without services; throws INVALID_INPUT. */
export function requireServices(serviceIds: readonly string[]): void {
  if (serviceIds.length > 0) return;
  throw invalidInput(TIMES.WINDOW_WITHOUT_SERVICES(), 'input', 'serviceIds');
}

/** Refuses to change a window that is over; throws INVALID_STATE. */
export function requireNotOver({ status }: Pick<MaintenanceWindow, 'status'>): void {
  if (status === 'SCHEDULED' || status === 'IN_PROGRESS') return;
  throw invalidState(WINDOW.WINDOW_OVER({ status }), 'id');
}

/** Refuses to move the start of a window that has started; throws INVALID_STATE. */
export function requireNotStarted({ status }: Pick<MaintenanceWindow, 'status'>): void {
  if (status !== 'SCHEDULED') {
    throw invalidState(WINDOW.WINDOW_STARTED({ status }), 'input', 'startsAt');
  }
}
