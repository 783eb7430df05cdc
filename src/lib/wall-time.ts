/** A time on the clocks of a time zone. The month is from 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const HOUR_MS = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Tells whether this is the name of a time zone, e.g. `Europe/Berlin`. */
export function isTimeZone(zone: string): boolean {
  try {
    return /^[A-Za-z]/.test(zone) && Boolean(formatOf(zone));
  } catch {
    return false;
  }
}

/** Reads the clocks of a time zone at an instant. */
export function wallTimeAt(instant: Date, zone: string): WallTime {
  const parts = formatOf(zone).formatToParts(instant);
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value);
  const [year, month, day] = [part('year'), part('month'), part('day')];
  return { year, month, day, hour: part('hour'), minute: part('minute') };
}

/**
 * The instant at which the clocks of a time zone show a time. Of a time that they show twice it is the first one. A time
 * that they skip is as long after the change as it would be without it: 02:30 becomes 03:30.
 */
export function instantOf(wall: WallTime, zone: string): Date {
  const shown = asIfInUtc(wall);
  // The offset does not change twice in two days.
  const offsets = [-24, 24].map((hours) => offsetAt(new Date(shown + hours * HOUR_MS), zone));
  const instants = offsets.map((offset) => new Date(shown - offset));
  const exact = instants.filter((instant) => asIfInUtc(wallTimeAt(instant, zone)) === shown);
  const [first = instants[0]] = exact.toSorted((a, b) => a.getTime() - b.getTime());
  return first as Date;
}

/** The same time of the day, some days later. */
export function daysLater({ year, month, day, ...time }: WallTime, days: number): WallTime {
  const date = new Date(Date.UTC(year, month - 1, day + days));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), ...time };
}

function offsetAt(instant: Date, zone: string): number {
  return asIfInUtc(wallTimeAt(instant, zone)) - Math.floor(instant.getTime() / 60_000) * 60_000;
}

function asIfInUtc({ year, month, day, hour, minute }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}

function formatOf(zone: string): Intl.DateTimeFormat {
  // In any case a name is that of one zone.
  const name = zone.toLowerCase();
  const known = formats.get(name);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  // The names of time zones are a few hundred.
  formats.set(name, format);
  return format;
}
