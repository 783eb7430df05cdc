import { expect, test } from '@jest/globals';
import { readOperands } from '../../src/graph/inputs/operands.ts';

const LONG = 'x'.repeat(10_000);

test.each(['equals', 'notEquals'])(
  '%s takes every text that an input accepts, and none longer',
  (operator) => {
    expect(readOperands('internalNotes', { [operator]: LONG })).toEqual({ [operator]: LONG });
    expect(() => readOperands('internalNotes', { [operator]: `${LONG}x` })).toThrow(
      'at most 10000 characters.',
    );
  },
);

test.each(['in', 'notIn'])('%s takes every text that an input accepts, and none longer', (operator) => {
  expect(readOperands('internalNotes', { [operator]: [LONG] })).toEqual({ [operator]: [LONG] });
  expect(() => readOperands('internalNotes', { [operator]: [`${LONG}x`] })).toThrow(
    'at most 10000 characters.',
  );
});

test.each(['contains', 'startsWith', 'has'])('%s takes a text of at most 200 characters', (operator) => {
  expect(() => readOperands('internalNotes', { [operator]: 'x'.repeat(200) })).not.toThrow();
  expect(() => readOperands('internalNotes', { [operator]: 'x'.repeat(201) })).toThrow(
    'at most 200 characters.',
  );
});
