const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * Tells whether a time lies in the years 1 to 9999. In UTC they have four digits, as PostgreSQL requires, and only then
 * do their texts sort by time.
 */
export function isInstant(time: Date): boolean {
  const ms = time.getTime();
  return ms >= FIRST && ms <= LAST;
}
