import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ServiceStatus, type StatusSource } from '../../../src/generated/prisma/enums.ts';
import {
  downOf,
  knownOf,
  ratioOf,
  type TimedEffect,
  uptimeOf,
} from '../../../src/modules/services/uptime.terms.ts';

const HOUR_MS = 3_600_000;
/** A midnight in UTC. The hours of the tests count from it. */
const BEGIN = Date.parse('2026-03-28T00:00:00Z');
const at = (hour: number) => new Date(BEGIN + hour * HOUR_MS);
const LONG_AGO = new Date(0);

const effect = (
  from: number,
  to: number | null,
  status: ServiceStatus = 'MAJOR_OUTAGE',
  source: StatusSource = 'INCIDENT',
): TimedEffect => ({ source, status, fromAt: at(from), toAt: to === null ? null : at(to) });

const downSeconds = (effects: readonly TimedEffect[], days = 2) =>
  uptimeOf(effects, LONG_AGO, at(47), days).days.map((day) => downOf(day) / 1_000);

test('42: an outage over midnight is split there, and its month is the sum of its days', () => {
  expect(downSeconds([effect(22, 26)])).toEqual([7_200, 7_200]);
  const { months, total } = uptimeOf([effect(22, 26)], LONG_AGO, at(47), 2);
  expect(months.map((month) => downOf(month) / 1_000)).toEqual([14_400]);
  expect(downOf(total) / 1_000).toBe(14_400);
});

test('42: a day is one of UTC, whatever zone a time was written in', () => {
  const late = {
    ...effect(0, 0),
    fromAt: new Date('2026-03-28T23:30-05:00'),
    toAt: new Date('2026-03-29T00:00-05:00'),
  };
  expect(downSeconds([late])).toEqual([0, 1_800]);
});

test('42: the days before the service existed have no ratio, and the total is of the others', () => {
  const { days, total } = uptimeOf([effect(0, 1)], at(-48), at(23), 90);
  expect(days.filter((day) => ratioOf(day) === null)).toHaveLength(87);
  expect(knownOf(total)).toBe(71 * HOUR_MS);
  expect(ratioOf(total)).toBe(Math.floor((70 / 71) * 1e6) / 1e6);
});

test('42: a millisecond of an outage in 90 days keeps the ratio below 1', () => {
  const brief = { ...effect(1, 1), toAt: new Date(at(1).getTime() + 1) };
  const { total } = uptimeOf([brief], LONG_AGO, at(47), 90);
  expect(downOf(total)).toBe(1);
  expect(ratioOf(total)).toBeLessThan(1);
});

test('42: simultaneous outages count once, the worse one of two statuses counts, and an override counts alone', () => {
  expect(downSeconds([effect(10, 11), effect(10.5, 11.5)])).toEqual([5_400, 0]);
  expect(downSeconds([effect(10, 12, 'PARTIAL_OUTAGE'), effect(11, 12)])).toEqual([0.3 * 3_600 + 3_600, 0]);
  expect(downSeconds([effect(10, 12), effect(11, 12, 'OPERATIONAL', 'OVERRIDE')])).toEqual([3_600, 0]);
  expect(downSeconds([effect(10, 12, 'UNDER_MAINTENANCE', 'MAINTENANCE')])).toEqual([0, 0]);
});

test('42: time in which nothing was recorded is up, and an effect that holds counts until now', () => {
  expect(ratioOf(uptimeOf([], LONG_AGO, at(47), 90).total)).toBe(1);
  expect(downSeconds([effect(46, null)])).toEqual([0, 3_600]);
});

test('42: an effect that was replaced from its beginning on counts no time', () => {
  expect(downSeconds([effect(10, 10)])).toEqual([0, 0]);
});

test('42: whatever the effects are, every second has the one status that the effects of that moment give', () => {
  const hour = fc.integer({ min: -30, max: 60 });
  const anEffect = fc
    .tuple(
      hour,
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom(...Object.values(ServiceStatus)),
      fc.constantFrom('INCIDENT' as const, 'MAINTENANCE' as const),
    )
    .map(([from, length, status, source]) => effect(from, from + length, status, source));
  fc.assert(
    fc.property(fc.array(anEffect, { maxLength: 8 }), (effects) => {
      const order = Object.values(ServiceStatus);
      const spent: Record<string, number> = Object.fromEntries(order.map((status) => [status, 0]));
      for (let moment = 0; moment < 47; moment += 1) {
        const held = effects.filter(({ fromAt, toAt }) => fromAt <= at(moment) && toAt && toAt > at(moment));
        const worst = order[Math.max(0, ...held.map(({ status }) => order.indexOf(status)))] as string;
        spent[worst] = (spent[worst] ?? 0) + HOUR_MS;
      }
      expect(uptimeOf(effects, LONG_AGO, at(47), 2).total.spent).toEqual(spent);
    }),
  );
});
