import { expect, test } from '@jest/globals';
import { TokenBucket } from '../../src/lib/token-bucket.ts';

/** A bucket of 3 tokens that regains 2 in a second, and its clock. */
function aBucket() {
  const clock = { ms: 0 };
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, () => clock.ms);
  return {
    /** The number of ten takes that succeed at a time. */
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

test('tokens return evenly, however often they are taken', () => {
  const bucket = aBucket();
  const taken = Array.from({ length: 101 }, (_, tenths) => bucket.takenAt(tenths * 100));
  expect(taken.reduce((sum, one) => sum + one)).toBe(3 + 2 * 10);
});

test('a long pause allows no more than a burst', () => {
  const bucket = aBucket();
  expect([0, 3_600_000].map((ms) => bucket.takenAt(ms))).toEqual([3, 3]);
});
