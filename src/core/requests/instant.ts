const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Tells whether a time lies in the years 1 to 9999. In UTC they have four digits, as PostgreSQL requires, and only then
 * do their texts sort by time.
 */
function isInstant(time: Date): boolean {
  const ms = time.getTime();
  return ms >= FIRST && ms <= LAST;
}

const DATE = /(?<year>\d{4})-(?<month>0[1-9]|1[0-2])-(?<day>0[1-9]|[12]\d|3[01])/;
const TIME = /(?<hour>[01]\d|2[0-3]):(?<minute>[0-5]\d)(?::(?<second>[0-5]\d)(?:\.(?<fraction>\d{1,9}))?)?/;
const OFFSET = /Z|(?<sign>[+-])(?<offsetHour>[01]\d|2[0-3]):(?<offsetMinute>[0-5]\d)/;
const INSTANT = new RegExp(`^${DATE.source}T${TIME.source}(?:${OFFSET.source})$`, 'i');

const MINUTE_MS = 60_000;

/**
 * Reads an instant as RFC 3339 writes it; null for a text that names none. Every date that a client writes is read here,
 * because `new Date` takes 31 February for 3 March and 24:00 for the next day, and reads other texts as it pleases.
 *
 * Seconds may be left out. Digits beyond milliseconds are dropped. Refused are a text without an offset, the hour 24, a
 * leap second, because no clock of the server shows it, and what lies outside the years 1 to 9999 of UTC.
 */
export function readInstant(text: string): Date | null {
  const parts = INSTANT.exec(text)?.groups;
  if (!parts) return null;
  const number = (name: string) => Number(parts[name] ?? 0);
  const [year, month, day] = [number('year'), number('month'), number('day')];
  if (day > daysOf(year, month)) return null;
  const ms = Number((parts.fraction ?? '').slice(0, 3).padEnd(3, '0'));
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(number('hour'), number('minute'), number('second'), ms);
  const ahead = (60 * number('offsetHour') + number('offsetMinute')) * MINUTE_MS;
  const instant = new Date(time.getTime() - (parts.sign === '-' ? -ahead : ahead));
  return isInstant(instant) ? instant : null;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
