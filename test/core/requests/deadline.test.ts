import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Deadline } from '../../../src/core/requests/deadline.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

test('an operation may continue until its time limit, which the error names', () => {
  const deadline = new Deadline({ timeoutMs: 200, isAwaited: () => true });
  jest.advanceTimersByTime(199);
  expect(deadline.fault).toBeNull();
  jest.advanceTimersByTime(1);
  expect(deadline.fault).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message: 'This takes longer than 200 ms (QUERY_TIMEOUT_MS): ask for less at a time.',
  });
});

test('an operation must stop when its client no longer waits', () => {
  let isAwaited = true;
  const deadline = new Deadline({ timeoutMs: 200, isAwaited: () => isAwaited });
  expect(deadline.fault).toBeNull();
  isAwaited = false;
  expect(deadline.fault).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message: expect.stringMatching(/no longer waits/),
  });
});
