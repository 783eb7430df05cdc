import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readInstant } from '../../../src/core/requests/instant.ts';

const SEED = 20_261_129;

const two = (number: number) => String(number).padStart(2, '0');
const numbers = (min: number, max: number) => fc.integer({ min, max });

const parts = fc.record({
  year: numbers(0, 9_999),
  month: numbers(0, 13),
  day: numbers(0, 32),
  hour: numbers(0, 25),
  minute: numbers(0, 61),
  second: numbers(0, 61),
  ms: numbers(0, 999),
});

/** `new Date` moves a date that is not in the calendar to another one. */
function isInCalendar(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

test('a text is an instant exactly if its date is in the calendar and its time on a clock, and it is that instant', () => {
  const read = { instants: 0, others: 0 };
  fc.assert(
    fc.property(parts, ({ year, month, day, hour, minute, second, ms }) => {
      const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
      const text = `${date}T${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, '0')}Z`;
      const exists = isInCalendar(year, month, day) && hour < 24 && minute < 60 && second < 60 && year > 0;
      read[exists ? 'instants' : 'others'] += 1;
      expect(readInstant(text)?.toISOString() ?? null).toBe(exists ? text : null);
    }),
    { seed: SEED, numRuns: 5_000 },
  );
  expect(Math.min(read.instants, read.others)).toBeGreaterThan(500);
});

test('every instant is read from its text, with any offset, in upper and lower case', () => {
  const time = fc.date({
    min: new Date('0001-01-02T00:00:00Z'),
    max: new Date('9999-12-30T23:59:59.999Z'),
    noInvalidDate: true,
  });
  const offset = fc.record({
    sign: fc.constantFrom('+', '-'),
    hours: numbers(0, 23),
    minutes: numbers(0, 59),
  });
  fc.assert(
    fc.property(time, offset, fc.boolean(), (instant, { sign, hours, minutes }, isLower) => {
      const ahead = (sign === '-' ? -1 : 1) * (60 * hours + minutes) * 60_000;
      const local = new Date(instant.getTime() + ahead).toISOString().replace('Z', '');
      const text = `${local}${sign}${two(hours)}:${two(minutes)}`;
      expect(readInstant(isLower ? text.toLowerCase() : text)).toEqual(instant);
    }),
    { seed: SEED },
  );
});

test('no text makes the reader throw or return an invalid date', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-+:.TZtz '), maxLength: 35 }), (text) => {
      expect(readInstant(text)?.getTime() ?? 0).not.toBeNaN();
    }),
    { seed: SEED, numRuns: 2_000 },
  );
});

test.each([
  ['2026-05-02T16:20Z', '2026-05-02T16:20:00.000Z'],
  ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
  ['2000-02-29T12:00:00Z', '2000-02-29T12:00:00.000Z'],
  ['2026-05-02T16:20:00.987654321Z', '2026-05-02T16:20:00.987Z'],
  ['2026-05-02T16:20:00.5-00:00', '2026-05-02T16:20:00.500Z'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['0000-12-31T23:00:00-01:00', '0001-01-01T00:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(readInstant(text)?.toISOString()).toBe(instant);
});

test.each([
  '2026-02-31T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '1900-02-29T00:00:00Z',
  '2026-04-31T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-05-02T24:00:00Z',
  '2016-12-31T23:59:60Z',
  '2026-05-02T16:20:00+24:00',
  '2026-05-02T16:20:00+02:60',
  '2026-05-02T16:20:00+0200',
  '2026-05-02T16:20:00',
  '2026-05-02',
  '2026-05-02 16:20:00Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+01:00',
  '9999-12-31T23:59:59-01:00',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '2026-05-02T16:20:00.Z',
  'May 2, 2026',
  '1777738800',
  '',
])('%j is no instant', (text) => {
  expect(readInstant(text)).toBeNull();
});
