import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantOf, wallTimeAt } from '../../../src/lib/wall-time.ts';
import { afterQuietHours, nextDigest } from '../../../src/modules/notifications/quiet-hours.ts';

const NIGHT = { from: '22:00', until: '07:00', timeZone: 'Europe/Berlin' };

// On 29 March 2026 the clocks of Berlin skip 02:00–03:00, on 25 October they show it twice.
test.each([
  ['the night of the missing hour', NIGHT, '2026-03-29T04:30:00Z', '2026-03-29T05:00:00Z'],
  ['the night of the double hour', NIGHT, '2026-10-25T05:30:00Z', '2026-10-25T06:00:00Z'],
  ['a summer evening', NIGHT, '2026-07-01T22:30:00Z', '2026-07-02T05:00:00Z'],
  ['before midnight', NIGHT, '2026-07-01T20:00:00Z', '2026-07-02T05:00:00Z'],
  ['a winter evening', NIGHT, '2026-01-01T21:00:00Z', '2026-01-02T06:00:00Z'],
  ['a summer morning, after the end', NIGHT, '2026-07-01T05:30:00Z', null],
  ['the end itself', NIGHT, '2026-07-01T05:00:00Z', null],
  ['a winter afternoon', NIGHT, '2026-01-01T20:59:00Z', null],
  ['equal times', { ...NIGHT, from: '07:00' }, '2026-07-01T04:00:00Z', null],
  [
    'until a time that is skipped',
    { ...NIGHT, until: '02:30' },
    '2026-03-29T00:30:00Z',
    '2026-03-29T01:30:00Z',
  ],
  [
    'until a time that comes twice',
    { ...NIGHT, until: '02:30' },
    '2026-10-24T23:00:00Z',
    '2026-10-25T00:30:00Z',
  ],
  [
    'within a day',
    { ...NIGHT, from: '12:00', until: '14:00' },
    '2026-07-01T10:30:00Z',
    '2026-07-01T12:00:00Z',
  ],
  ['an unknown zone', { ...NIGHT, timeZone: 'Mars/Base' }, '2026-07-01T22:30:00Z', null],
  [
    'half an hour beside UTC',
    { ...NIGHT, timeZone: 'Asia/Kolkata' },
    '2026-07-01T17:00:00Z',
    '2026-07-02T01:30:00Z',
  ],
])('quiet hours are read on the clocks of the user: %s', (_case, quiet, now, end) => {
  const instant = new Date(now);
  expect(afterQuietHours(instant, quiet)).toEqual(end ? new Date(end) : instant);
});

test.each([
  ['Europe/Berlin', 'DAILY', '2026-03-28T12:00:00Z', '2026-03-29', '2026-03-29T06:00:00Z'],
  ['Europe/Berlin', 'DAILY', '2026-03-27T12:00:00Z', '2026-03-28', '2026-03-28T07:00:00Z'],
  ['Pacific/Auckland', 'DAILY', '2026-07-01T19:00:00Z', '2026-07-02', '2026-07-01T20:00:00Z'],
  ['America/Los_Angeles', 'DAILY', '2026-07-01T16:00:00Z', '2026-07-02', '2026-07-02T15:00:00Z'],
  ['Europe/Berlin', 'WEEKLY', '2026-07-01T12:00:00Z', '2026-07-06', '2026-07-06T06:00:00Z'],
  ['Nowhere', 'DAILY', '2026-07-01T07:59:00Z', '2026-07-01', '2026-07-01T08:00:00Z'],
] as const)('a digest is of a local day and sent at eight: %s, %s', (zone, every, now, day, at) => {
  expect(nextDigest(new Date(now), zone, every)).toEqual({ day, at: new Date(at) });
});

test('every time that clocks show leads back to an instant at which they show it', () => {
  const zones = fc.constantFrom(
    'Europe/Berlin',
    'Australia/Lord_Howe',
    'America/New_York',
    'Asia/Kathmandu',
    'UTC',
  );
  const minutes = fc.integer({ min: 28_400_000, max: 31_500_000 });
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      const wall = wallTimeAt(new Date(minute * 60_000), zone);
      expect(wallTimeAt(instantOf(wall, zone), zone)).toEqual(wall);
      expect(instantOf(wall, zone).getTime()).toBeLessThanOrEqual(minute * 60_000);
    }),
  );
});
