import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { type Interval, type IntervalLength, intervalsBetween } from './calendar-intervals.ts';

/** The most intervals of a question: a year of days. */
export const MAX_INTERVALS = 366;
/** The earliest begin: the ledger is read from there until now. */
const MAX_YEARS = 10;

const RANGE = sentences('BAD_USER_INPUT', {
  RANGE_EMPTY: 'Argument "{argument}": the end of the range is not after its begin.',
  RANGE_IN_FUTURE: 'Argument "{argument}": the end of the range is in the future.',
  RANGE_TOO_EARLY: 'Argument "{argument}": at most {max} years ago.',
  TOO_MANY_INTERVALS: 'Argument "{argument}": at most {max} intervals.',
});

/** A range of analytics as a client asks for it. */
export interface Range {
  readonly from: Date;
  readonly to: Date;
  readonly interval: IntervalLength;
}

/** Returns the whole intervals of a range; throws BAD_USER_INPUT for one that is empty, too long or not yet over. */
export function intervalsOf({ from, to, interval }: Range, now: Date): readonly [Interval, ...Interval[]] {
  if (to > now) throw badArgument(RANGE.RANGE_IN_FUTURE({ argument: 'to' }));
  if (from < yearsBefore(now, MAX_YEARS)) {
    throw badArgument(RANGE.RANGE_TOO_EARLY({ argument: 'from', max: MAX_YEARS }));
  }
  const [first, ...others] = intervalsBetween(from, to, interval, MAX_INTERVALS);
  if (from >= to || !first) throw badArgument(RANGE.RANGE_EMPTY({ argument: 'to' }));
  if (others.length === MAX_INTERVALS) {
    throw badArgument(RANGE.TOO_MANY_INTERVALS({ argument: 'interval', max: MAX_INTERVALS }));
  }
  return [first, ...others];
}

function yearsBefore(time: Date, years: number): Date {
  const earlier = new Date(time.getTime());
  earlier.setUTCFullYear(time.getUTCFullYear() - years);
  return earlier;
}
