import { LRUCache } from 'lru-cache';

const OFFSET = /^(?<sign>[+-])(?<hours>[01]\d|2[0-3])(:?(?<minutes>[0-5]\d))?$/;
const MINUTE_MS = 60_000;

/**
 * Shows an instant on the clocks of a time zone, as a date whose UTC fields are those of the clocks; null for a text that
 * names no zone. A zone is a name of the tz database (`Europe/Berlin`, `UTC`) or an offset (`+02:00`,
 * `+0200`, `+02`). Offsets are computed here, because only some versions of Node know them, and the fields do not depend on
 * the time zone of the server.
 */
export function inZone(instant: Date, zone: string): Date | null {
  const offset = OFFSET.exec(zone)?.groups;
  if (offset) {
    const minutes = 60 * Number(offset.hours) + Number(offset.minutes ?? 0);
    return new Date(instant.getTime() + (offset.sign === '-' ? -minutes : minutes) * MINUTE_MS);
  }
  // Other spellings of offsets, e.g. "+02:00:30", are zones to some versions of Node, too.
  if (!/^[A-Za-z]/.test(zone)) return null;
  const clocks = clocksOf(zone);
  return clocks && read(clocks, instant);
}

/** Making one takes far longer than reading it. The clocks of more zones than a few tenants name would take memory. */
const clocksByZone = new LRUCache<string, Intl.DateTimeFormat>({ max: 64 });

function clocksOf(zone: string): Intl.DateTimeFormat | null {
  const known = clocksByZone.get(zone);
  if (known) return known;
  const clocks = newClocks(zone);
  if (clocks) clocksByZone.set(zone, clocks);
  return clocks;
}

function newClocks(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null; // a RangeError: the tz database has no such zone
  }
}

function read(clocks: Intl.DateTimeFormat, instant: Date): Date {
  const parts = Object.fromEntries(clocks.formatToParts(instant).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts[type]);
  const year = parts.era === 'BC' ? 1 - number('year') : number('year');
  const time = new Date(0);
  time.setUTCFullYear(year, number('month') - 1, number('day'));
  time.setUTCHours(number('hour'), number('minute'), number('second'), instant.getUTCMilliseconds());
  return time;
}
