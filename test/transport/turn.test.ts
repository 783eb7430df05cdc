import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Turn } from '../../src/transport/turn.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Somebody whose turn ends with so many milliseconds of writing. */
function aTaker(name: string, ended: string[], writingMs = 0) {
  return {
    endTurn: () => {
      ended.push(name);
      jest.advanceTimersByTime(writingMs);
    },
  };
}

test('whoever has something to write writes it when the turn of the event loop is over, in order', () => {
  const ended: string[] = [];
  const turn = new Turn();
  turn.add(aTaker('a', ended));
  turn.add(aTaker('b', ended));
  expect(ended).toEqual([]);
  jest.advanceTimersByTime(0);
  expect(ended).toEqual(['a', 'b']);
  turn.add(aTaker('c', ended));
  jest.advanceTimersByTime(0);
  expect(ended).toEqual(['a', 'b', 'c']);
});

test('after writing for long it rests twice as long, and what comes meanwhile is written together', () => {
  const ended: string[] = [];
  const turn = new Turn();
  turn.add(aTaker('long', ended, 5));
  jest.advanceTimersByTime(0);
  turn.add(aTaker('early', ended));
  jest.advanceTimersByTime(9);
  turn.add(aTaker('late', ended));
  expect(ended).toEqual(['long']);
  jest.advanceTimersByTime(1);
  expect(ended).toEqual(['long', 'early', 'late']);
});

test('however long the writing took, it rests for 25 milliseconds at most', () => {
  const ended: string[] = [];
  const turn = new Turn();
  turn.add(aTaker('very long', ended, 1_000));
  jest.advanceTimersByTime(0);
  turn.add(aTaker('next', ended));
  jest.advanceTimersByTime(25);
  expect(ended).toEqual(['very long', 'next']);
});
