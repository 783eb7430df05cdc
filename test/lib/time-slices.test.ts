import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { TimeSlices } from '../../src/lib/time-slices.ts';

// Only the clock is simulated: the event loop turns as usual.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});

afterEach(() => {
  jest.useRealTimers();
});

/** Takes this long on the clock. */
function work(ms: number): void {
  jest.advanceTimersByTime(ms);
}

test('jobs that fit into the slice run immediately', () => {
  const slices = new TimeSlices(10_000);
  const done: number[] = [];
  for (const one of [1, 2, 3]) slices.run(() => done.push(one));
  expect(done).toEqual([1, 2, 3]);
});

test('jobs that do not fit wait in order, and the event loop turns in between', async () => {
  const slices = new TimeSlices(5);
  const done: (number | string)[] = [];
  const turn = () => {
    done.push('turn');
    if (done.length < 40) setImmediate(turn);
  };
  setImmediate(turn);
  await new Promise<void>((resolve) => {
    for (const one of [1, 2, 3, 4, 5, 6]) {
      slices.run(() => {
        work(4);
        done.push(one);
        if (one === 6) resolve();
      });
    }
    expect(done).toEqual([1, 2]);
  });
  expect(done.filter((one) => one !== 'turn')).toEqual([1, 2, 3, 4, 5, 6]);
  const betweenSecondAndLast = done.slice(done.indexOf(2), done.indexOf(6));
  expect(betweenSecondAndLast.filter((one) => one === 'turn').length).toBeGreaterThan(1);
});

test('a new job does not overtake waiting ones', async () => {
  const slices = new TimeSlices(5);
  const done: string[] = [];
  slices.run(() => work(6));
  await new Promise<void>((resolve) => {
    slices.run(() => {
      done.push('first');
      queueMicrotask(() =>
        slices.run(() => {
          done.push('third');
          resolve();
        }),
      );
    });
    slices.run(() => done.push('second'));
  });
  expect(done).toEqual(['first', 'second', 'third']);
});

test('the lanes take turns, however many jobs wait in one', async () => {
  const slices = new TimeSlices(5);
  const done: string[] = [];
  slices.run(() => work(6));
  await new Promise<void>((resolve) => {
    for (const one of [1, 2, 3, 4]) slices.run(() => done.push(`crowd ${one}`), 'crowd');
    slices.run(() => done.push('other 1'), 'other');
    slices.run(() => done.push('third 1'), 'third');
    slices.run(() => done.push('other 2'), 'other');
    slices.run(() => {
      done.push('crowd 5');
      resolve();
    }, 'crowd');
  });
  expect(done).toEqual([
    'crowd 1',
    'other 1',
    'third 1',
    'crowd 2',
    'other 2',
    'crowd 3',
    'crowd 4',
    'crowd 5',
  ]);
});
