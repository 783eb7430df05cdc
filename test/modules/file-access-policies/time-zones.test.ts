import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { User } from '../../../src/generated/prisma/client.ts';
import { readCondition } from '../../../src/modules/file-access-policies/conditions/condition.ts';
import { inZone } from '../../../src/modules/file-access-policies/conditions/time-zones.ts';
import {
  ConditionFile,
  ConditionUser,
} from '../../../src/modules/file-access-policies/conditions/vocabulary.ts';

const user = new ConditionUser({ attributes: [] } as unknown as User, new Map());
const file = new ConditionFile('/a');

test.each([
  ['2026-03-29T00:59:59Z', 'now.getHours("Europe/Berlin") == 1 && now.getMinutes("Europe/Berlin") == 59'],
  ['2026-03-29T01:00:00Z', 'now.getHours("Europe/Berlin") == 3'],
  [
    '2026-12-31T20:15:30.250Z',
    'now.getFullYear("Asia/Kathmandu") == 2027 && now.getMonth("Asia/Kathmandu") == 0',
  ],
  [
    '2026-12-31T20:15:30.250Z',
    'now.getDate("Asia/Kathmandu") == 1 && now.getDayOfMonth("Asia/Kathmandu") == 0',
  ],
  ['2026-12-31T20:15:30.250Z', 'now.getHours("+05:45") == 2 && now.getMinutes("+05:45") == 0'],
  ['2026-12-31T20:15:30.250Z', 'now.getSeconds("-08:30") == 30 && now.getMilliseconds("-08:30") == 250'],
  ['2026-12-31T20:15:30.250Z', 'now.getDayOfWeek("UTC") == 4 && now.getDayOfWeek("+05:45") == 5'],
  ['2026-12-31T20:15:30.250Z', 'now.getDayOfYear() == 364 && now.getDayOfYear("+05:45") == 0'],
  ['2026-07-01T12:00:00Z', 'now.getDayOfYear() == 181 && now.getDayOfYear("Europe/Berlin") == 181'],
  ['2024-12-31T23:59:59Z', 'now.getDayOfYear("UTC") == 365'],
])('at %s, %s', (time, condition) => {
  expect(readCondition(condition).holds({ user, file, now: new Date(time) })).toBe(true);
});

test('a zone that is named shows what its offset shows, for every instant', () => {
  const time = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  // The tz database counts these offsets to the west.
  const zones = fc.constantFrom(['Etc/GMT-14', '+14:00'], ['Etc/GMT+12', '-12:00'], ['UTC', '+00:00']);
  fc.assert(
    fc.property(time, zones, (instant, [name, offset]) => {
      expect(inZone(instant, name as string)).toEqual(inZone(instant, offset as string));
    }),
    { seed: 20_261_129 },
  );
});

test.each([
  ['+02', '+02:00'],
  ['+0230', '+02:30'],
  ['-08', '-08:00'],
])('the offset %s shows what %s shows', (short, long) => {
  expect(inZone(new Date(0), short)).toEqual(inZone(new Date(0), long));
  expect(inZone(new Date(0), long)).not.toBeNull();
});

test('a zone is looked up once for many instants, because a look-up costs more than a condition may', () => {
  const lookUps = jest.spyOn(Intl, 'DateTimeFormat');
  try {
    for (let hour = 0; hour < 10; hour += 1) inZone(new Date(3_600_000 * hour), 'Asia/Thimphu');
    expect(lookUps).toHaveBeenCalledTimes(1);
  } finally {
    lookUps.mockRestore();
  }
});

test.each([
  '',
  'Z',
  '+2',
  '+24:00',
  '+24',
  '+02:0',
  '+020',
  '+02:60',
  '+02:00:00',
  '02:00',
  'GMT+2',
  'Mars/Phobos',
  ' UTC',
])('%j is no zone, on any version of Node', (zone) => {
  expect(inZone(new Date(0), zone)).toBeNull();
});

test('a zone that only the attribute of a user names, and that does not exist, makes the evaluation fail', () => {
  const held = { attributes: ['zone=Mars/Phobos'] } as unknown as User;
  const facts = { user: new ConditionUser(held, new Map()), file, now: new Date() };
  expect(() => readCondition('now.getHours(user.attributes.zone) < 25').holds(facts)).toThrow('time zone');
});
