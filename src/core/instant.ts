const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Tells whether a time lies in the years 1 to 9999: in UTC they are written with four digits, as PostgreSQL takes them,
 * and only so do their texts sort as they follow each other.
 */
export function isInstant(time: Date): boolean {
  const ms = time.getTime();
  return ms >= FIRST && ms <= LAST;
}
