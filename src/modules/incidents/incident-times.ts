import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';

/** Within this time of the database's clock, the clock of a client counts as right. */
const GRACE_MS = 60_000;

const TIME = sentences('INVALID_INPUT', {
  TIME_AHEAD: '"{field}" is in the future.',
  BEFORE_INCIDENT: 'The incident began at {time}: "{field}" is before that.',
});

/** A time in the past, or now. */
export interface PastTime {
  readonly at: Date;
  /** Whether it was given, and is not simply now. */
  readonly isBackdated: boolean;
}

/** Reads a time at which something happened, now if it is absent; throws INVALID_INPUT for a time in the future. */
export function pastTime(given: Date | null | undefined, now: Date, ...path: string[]): PastTime {
  const age = given ? now.getTime() - given.getTime() : 0;
  if (age < -GRACE_MS) throw invalidInput(TIME.TIME_AHEAD(), ...path);
  return given && age > GRACE_MS ? { at: given, isBackdated: true } : { at: now, isBackdated: false };
}

/** Refuses a time from before the start of an incident; throws INVALID_INPUT. */
export function requireSince(startedAt: Date, { at }: PastTime, ...path: string[]): void {
  if (at >= startedAt) return;
  throw invalidInput(TIME.BEFORE_INCIDENT({ time: startedAt.toISOString() }), ...path);
}
