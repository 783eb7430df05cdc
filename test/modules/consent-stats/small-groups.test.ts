import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countFor, LEAST_SUBJECTS } from '../../../src/modules/consent-stats/small-groups.ts';

const published = (count: number) => countFor(false, count).count;

/** The counts that a viewer receives of a table: those of its cells, and that of their total. */
const shown = (cells: readonly number[]) =>
  [...cells, cells.reduce((sum, count) => sum + count, 0)].map(published).join();

const SMALL = Array.from({ length: LEAST_SUBJECTS }, (_, count) => count);
const MOVES = SMALL.flatMap((count) => [count, -count]);

/** The tables that differ from one in a small cell and, to make up for it, in at most one other. */
function tablesBeside(cells: readonly number[], cell: number): number[][] {
  return SMALL.filter((count) => count !== cells[cell])
    .map((count) => cells.with(cell, count))
    .flatMap((table) =>
      table.flatMap((there, other) => MOVES.map((moved) => table.with(other, there + moved))),
    )
    .filter((table) => table[cell] !== cells[cell] && table.every((count) => count >= 0));
}

test('a viewer that may list the subjects receives the exact count, of an interval that runs, too', () => {
  for (const isOver of [true, false]) {
    expect(countFor(true, 3, isOver)).toEqual({ count: 3, isRounded: false, hiddenReason: null });
  }
});

test('any other viewer receives no count under ten, with the reason, and nothing before an interval is over', () => {
  for (const count of [0, 1, 9]) {
    expect(countFor(false, count)).toEqual({ count: null, isRounded: false, hiddenReason: 'SMALL_GROUP' });
  }
  expect(countFor(false, 12)).toEqual({ count: 10, isRounded: true, hiddenReason: null });
  for (const count of [3, 500]) {
    expect(countFor(false, count, false)).toMatchObject({ count: null, hiddenReason: 'INTERVAL_NOT_OVER' });
  }
});

test('of twelve subjects the three are not found by subtraction of the nine', () => {
  expect(shown([9, 3])).toBe(',,10');
  expect(shown([12, 3])).toBe('10,,10');
});

test('no hidden cell of a table follows from its other cells and its total', () => {
  const cell = fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 60 }));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 4 }), (cells) => {
      const seen = shown(cells);
      for (const [index, count] of cells.entries()) {
        if (count >= LEAST_SUBJECTS) continue;
        expect(tablesBeside(cells, index).some((table) => shown(table) === seen)).toBe(true);
      }
    }),
  );
});

test('one subject more or less is rarely seen, and then not how many there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), (count) => {
      const [before, after] = [published(count), published(count + 1)];
      expect(before === after).toBe((count + 1) % LEAST_SUBJECTS !== 0);
    }),
  );
});
