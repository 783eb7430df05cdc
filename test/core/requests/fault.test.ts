import { expect, test } from '@jest/globals';
import { invalidInput, noSuch } from '../../../src/core/requests/errors.ts';
import { messageOf } from '../../../src/core/requests/fault.ts';
import { REFUSED } from '../../../src/core/requests/input-faults.ts';

test('a value that looks like a part of a sentence is not filled in', () => {
  const params = { name: '{noun}', noun: '$& {name}' };
  expect(messageOf({ sentence: '{name} of {noun}', params })).toBe('{noun} of $& {name}');
});

test('an error has the rule and the message of its sentence, and what the message varies in', () => {
  expect(invalidInput(REFUSED.TOO_LONG({ max: 5 }), 'input', 'name').errors).toEqual([
    {
      code: 'INVALID_INPUT',
      rule: 'TOO_LONG',
      message: '"name" is longer than 5 characters.',
      params: { field: 'name', max: 5 },
      path: ['input', 'name'],
    },
  ]);
});

test('a param is data: the message has the words for it, and the words of a library are no param', () => {
  const { message, params } = noSuch('MaintenanceRequest');
  expect([message, params]).toEqual([
    'There is no such maintenance request.',
    { type: 'MaintenanceRequest' },
  ]);
  const [explained] = invalidInput(REFUSED.OTHER_TYPE({ explanation: 'expected a date' }), 'at').errors;
  expect(explained).toMatchObject({
    message: '"at" is of another type: expected a date',
    params: { field: 'at' },
  });
});
