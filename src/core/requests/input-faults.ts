import { type Fault, sentences } from './fault.ts';

/** The sentences about values that a field of an input refuses. */
export const REFUSED = sentences('INVALID_INPUT', {
  NULL: '"{field}" must not be null: leave it out to keep its value.',
  NO_TEXT: '"{field}" must be a string.',
  EMPTY: '"{field}" must not be empty.',
  UNSEEN: '"{field}" must show something.',
  SEVERAL_LINES: '"{field}" must be one line.',
  TOO_LONG: '"{field}" is longer than {max} characters.',
  TOO_LONG_UNFOLDED: '"{field}" is longer than {max} characters with its ligatures written out.',
  HALF_CHARACTER: '"{field}" contains half a character.',
  CONTROL_CHARACTERS: '"{field}" contains control characters.',
  NO_ADDRESS: '"{field}" is not an e-mail address.',
  NO_SLUG: '"{field}" needs 2 to 50 of a-z, 0-9 and hyphens.',
  PASSWORD_LENGTH: '"{field}" needs {min} to {max} characters.',
  NO_WHOLE_NUMBER: '"{field}" must be a whole number from {min} to {max}.',
  NO_CURRENCY: '"{field}" must be an ISO 4217 code, e.g. EUR.',
  NO_TRUTH_VALUE: '"{field}" must be true or false.',
  NO_TIME: '"{field}" must be a date and time.',
  NOT_ONE_OF: '"{field}" must be one of {values}.',
  TOO_MANY_VALUES: '"{field}" has more than {max} values.',
  OTHER_TYPE: '"{field}" is of another type: {explanation}',
});

/** The options of a check of Zod that refuses a value with a fault. `parseInput` makes the message. */
export function refusing(fault: Fault<'INVALID_INPUT'>) {
  return { error: fault.sentence, params: { fault } };
}
