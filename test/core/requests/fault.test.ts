import { expect, test } from '@jest/globals';
import { invalidInput } from '../../../src/core/requests/errors.ts';
import { fill } from '../../../src/core/requests/fault.ts';
import { REFUSED } from '../../../src/core/requests/input-faults.ts';

test('a value that looks like a part of a sentence is not filled in', () => {
  expect(fill('{name} of {noun}', { name: '{noun}', noun: '$& {name}' })).toBe('{noun} of $& {name}');
});

test('an error has the message of its sentence, and what the message varies in', () => {
  const fault = { ...REFUSED.TOO_LONG({ max: 5 }), params: { field: 'name', max: 5 } };
  expect(invalidInput(fault, 'input', 'name').errors).toEqual([
    {
      code: 'INVALID_INPUT',
      rule: 'TOO_LONG',
      message: '"name" is longer than 5 characters.',
      params: { field: 'name', max: 5 },
      path: ['input', 'name'],
    },
  ]);
});

test('an error whose sentence is always the same has no rule and no params', () => {
  expect(invalidInput('Say what to add.').errors).toEqual([
    { code: 'INVALID_INPUT', rule: null, message: 'Say what to add.', params: {}, path: [] },
  ]);
});
