import { getEventListeners } from 'node:events';
import { expect, jest, test } from '@jest/globals';
import { backoff } from '../../examples/resuming.ts';

test('a client that has waited after a failure leaves nothing on the signal that stops it', async () => {
  jest.useFakeTimers();
  try {
    const { signal } = new AbortController();
    const waiting = backoff(1, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await jest.runAllTimersAsync();
    await waiting;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  } finally {
    jest.useRealTimers();
  }
});

test('a client that stops waits no longer', async () => {
  const stop = new AbortController();
  const waiting = backoff(30, stop.signal);
  stop.abort();
  await waiting;
  expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
});
