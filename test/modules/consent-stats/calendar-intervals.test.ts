import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { intervalsBetween, startOfDay } from '../../../src/modules/consent-stats/calendar-intervals.ts';

const time = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const length = fc.constantFrom('DAY' as const, 'WEEK' as const, 'MONTH' as const);

test('intervals are whole, adjoin, and contain the range, so two questions never differ by a part of one', () => {
  fc.assert(
    fc.property(time, time, length, (from, to, of) => {
      const intervals = intervalsBetween(from, to, of, 100);
      if (from >= to) return;
      const [first] = intervals;
      expect(first && first.start <= from && from < first.end).toBe(true);
      for (const [index, { start, end }] of intervals.entries()) {
        expect(startOfDay(start)).toEqual(start);
        expect(intervals[index + 1]?.start ?? end).toEqual(end);
        if (of === 'WEEK') expect(start.getUTCDay()).toBe(1);
        if (of === 'MONTH') expect(start.getUTCDate()).toBe(1);
      }
      const last = intervals.at(-1);
      if (intervals.length <= 100) expect(last && last.start < to && to <= last.end).toBe(true);
      expect(intervals.length).toBeLessThanOrEqual(101);
    }),
  );
});

test('a range over the end of a year has the days, the weeks and the months of both years', () => {
  const [from, to] = [new Date('2027-12-30T23:59:59.999Z'), new Date('2028-01-02T00:00:00.000Z')];
  const starts = (of: 'DAY' | 'WEEK' | 'MONTH') =>
    intervalsBetween(from, to, of, 10).map(({ start }) => start.toISOString().slice(0, 10));
  expect(starts('DAY')).toEqual(['2027-12-30', '2027-12-31', '2028-01-01']);
  expect(starts('WEEK')).toEqual(['2027-12-27']);
  expect(starts('MONTH')).toEqual(['2027-12-01', '2028-01-01']);
});
