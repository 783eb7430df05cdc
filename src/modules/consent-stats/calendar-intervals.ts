/** The lengths of the intervals of analytics. */
export type IntervalLength = 'DAY' | 'WEEK' | 'MONTH';

/** An interval of time: the moments from `start` to just before `end`. */
export interface Interval {
  readonly start: Date;
  readonly end: Date;
}

/** The days between Monday and the day of the week of a Date, which counts from Sunday. */
const daysSinceMonday = (time: Date) => (time.getUTCDay() + 6) % 7;

/** Returns the start of the interval, in UTC, that is `later` intervals after the one which contains a time. */
function startOf(time: Date, length: IntervalLength, later = 0): Date {
  const [year, month, day] = [time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()];
  if (length === 'MONTH') return utc(year, month + later, 1);
  if (length === 'WEEK') return utc(year, month, day - daysSinceMonday(time) + 7 * later);
  return utc(year, month, day + later);
}

/** Like Date.UTC, for which the years 0 to 99 are those of the 20th century. */
function utc(year: number, month: number, day: number): Date {
  const time = new Date(0);
  time.setUTCFullYear(year, month, day);
  return time;
}

/** Returns the start of the day of a time. */
export function startOfDay(time: Date): Date {
  return startOf(time, 'DAY');
}

/**
 * Returns the whole days, weeks from Monday, or months, in UTC, that contain a moment from `from` to just before `to`;
 * at most `max` and one more, by which a caller recognises that there are too many.
 */
export function intervalsBetween(from: Date, to: Date, length: IntervalLength, max: number): Interval[] {
  const intervals: Interval[] = [];
  for (let later = 0; later <= max; later += 1) {
    const start = startOf(from, length, later);
    if (start >= to) break;
    intervals.push({ start, end: startOf(from, length, later + 1) });
  }
  return intervals;
}
