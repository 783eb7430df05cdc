import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { WriteBatcher } from '../../../src/transport/socket/write-batcher.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A writer whose turn ends with so many milliseconds of writing. */
function aBatchedWriter(name: string, ended: string[], writingMs = 0) {
  return {
    writeBatch: () => {
      ended.push(name);
      jest.advanceTimersByTime(writingMs);
    },
  };
}

test('writers write at the end of the turn of the event loop, in order', () => {
  const ended: string[] = [];
  const batcher = new WriteBatcher();
  batcher.add(aBatchedWriter('a', ended));
  batcher.add(aBatchedWriter('b', ended));
  expect(ended).toEqual([]);
  jest.advanceTimersByTime(0);
  expect(ended).toEqual(['a', 'b']);
  batcher.add(aBatchedWriter('c', ended));
  jest.advanceTimersByTime(0);
  expect(ended).toEqual(['a', 'b', 'c']);
});

test('after a long batch it rests twice as long, and payloads that arrive meanwhile are written together', () => {
  const ended: string[] = [];
  const batcher = new WriteBatcher();
  batcher.add(aBatchedWriter('long', ended, 5));
  jest.advanceTimersByTime(0);
  batcher.add(aBatchedWriter('early', ended));
  jest.advanceTimersByTime(9);
  batcher.add(aBatchedWriter('late', ended));
  expect(ended).toEqual(['long']);
  jest.advanceTimersByTime(1);
  expect(ended).toEqual(['long', 'early', 'late']);
});

test('it rests for 25 milliseconds at most, however long the batch took', () => {
  const ended: string[] = [];
  const batcher = new WriteBatcher();
  batcher.add(aBatchedWriter('very long', ended, 1_000));
  jest.advanceTimersByTime(0);
  batcher.add(aBatchedWriter('next', ended));
  jest.advanceTimersByTime(25);
  expect(ended).toEqual(['very long', 'next']);
});
