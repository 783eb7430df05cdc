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
  expect(deadline.refusal).toBeNull();
  jest.advanceTimersByTime(1);
  expect(deadline.refusal).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message: 'This takes longer than 200 ms (QUERY_TIMEOUT_MS): ask for less at a time.',
  });
});

test('an operation must stop when its client no longer waits', () => {
  let isAwaited = true;
  const deadline = new Deadline({ timeoutMs: 200, isAwaited: () => isAwaited });
  expect(deadline.refusal).toBeNull();
  isAwaited = false;
  expect(deadline.refusal).toMatchObject({
    code: 'QUERY_TOO_COMPLEX',
    message: expect.stringMatching(/no longer waits/),
  });
});
