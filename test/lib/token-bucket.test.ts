import { expect, test } from '@jest/globals';
import { TokenBucket } from '../../src/lib/token-bucket.ts';

/** A bucket of 3, into which 2 come back in a second, and the clock it looks at. */
function aBucket() {
  const clock = { ms: 0 };
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, () => clock.ms);
  return {
    /** How many of ten takes succeed at a time. */
    takenAt(ms: number): number {
      clock.ms = ms;
      return Array.from({ length: 10 }, () => bucket.take()).filter(Boolean).length;
    },
  };
}

test('beyond the burst nothing is allowed, until time has passed', () => {
  const bucket = aBucket();
  expect([0, 0, 499].map((ms) => bucket.takenAt(ms))).toEqual([3, 0, 0]);
});

test('what comes back comes back evenly, however often it is asked for', () => {
  const bucket = aBucket();
  const taken = Array.from({ length: 101 }, (_, tenths) => bucket.takenAt(tenths * 100));
  expect(taken.reduce((sum, one) => sum + one)).toBe(3 + 2 * 10);
});

test('a long silence allows no more than a burst', () => {
  const bucket = aBucket();
  expect([0, 3_600_000].map((ms) => bucket.takenAt(ms))).toEqual([3, 3]);
});
