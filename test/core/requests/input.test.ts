import { expect, test } from '@jest/globals';
import { UserErrors } from '../../../src/core/requests/errors.ts';
import { parseInput, updateInput } from '../../../src/core/requests/input.ts';
import * as kinds from '../../../src/core/requests/input-fields.ts';

const input = updateInput({
  internalNotes: kinds.text('The notes', { max: 5 }),
  urlName: kinds.slug('The name in URLs'),
  email: kinds.email('The address'),
  maxMembers: kinds.integer('The limit'),
  monthlyPrice: kinds.money('The price'),
  isActive: kinds.flag('Whether it is active'),
  dueAt: kinds.time('The due date'),
  planId: kinds.idOf('Plan', 'The plan'),
  status: kinds.choice('CustomerStatus', 'The status'),
});

function messages(value: Record<string, unknown>): string[] {
  try {
    parseInput(input, value);
    return [];
  } catch (error) {
    if (!(error instanceof UserErrors)) throw error;
    return error.errors.map(({ message, path }) => `${path.join('.')}: ${message}`);
  }
}

test('a null for a value that cannot be removed is refused in a sentence that names the field', () => {
  const names = input.fields.map(({ name }) => name);
  expect(messages(Object.fromEntries(names.map((name) => [name, null])))).toEqual(
    names.map((name) => `input.${name}: "${name}" must not be null: leave it out to keep its value.`),
  );
});

test('a field that is left out keeps its value', () => {
  expect(parseInput(input, {})).toEqual({});
});

test('a bad value is refused in a sentence that begins with the name of the field', () => {
  const bad = {
    internalNotes: 'longer',
    urlName: 'A B',
    email: 'none',
    maxMembers: -1,
    monthlyPrice: { amountMinor: 1.5, currency: 'euro' },
  };
  expect(messages(bad)).toEqual([
    'input.internalNotes: "internalNotes" is longer than 5 characters.',
    'input.urlName: "urlName" needs 2 to 50 of a-z, 0-9 and hyphens.',
    'input.email: "email" is not an e-mail address.',
    'input.maxMembers: "maxMembers" must be a whole number from 0 to 2147483647.',
    'input.monthlyPrice.amountMinor: "amountMinor" must be a whole number from 0 to 9007199254740991.',
    'input.monthlyPrice.currency: "currency" must be an ISO 4217 code, e.g. EUR.',
  ]);
});

test('a value that is repeated in a list counts once towards its limit, and is refused once, where it is first', () => {
  const list = updateInput({ names: kinds.listOf(kinds.text('The names', { max: 3 }), { max: 2 }) });
  const read = (names: string[]) => parseInput(list, { names });
  const refusalsOf = (names: string[]) => {
    try {
      return read(names);
    } catch (error) {
      return (error as UserErrors).errors.map(({ message, path }) => `${path.join('.')}: ${message}`);
    }
  };
  expect(read(['a', 'b', 'a', 'b', 'a'])).toEqual({ names: ['a', 'b'] });
  expect(read(['a', ' a '])).toEqual({ names: ['a'] });
  expect(refusalsOf(['a', 'b', 'c'])).toEqual(['input.names: "names" has more than 2 values.']);
  expect(refusalsOf(['a', 'long', 'long'])).toEqual([
    'input.names.1: "names.1" is longer than 3 characters.',
  ]);
});

test('the description of a list has its limit, and that of each value', () => {
  const [field] = updateInput({
    names: kinds.listOf(kinds.text('The names', { max: 3 }), { max: 2 }),
  }).fields;
  expect(field?.description).toBe('The names, at most 2, each at most 3 characters.');
});
