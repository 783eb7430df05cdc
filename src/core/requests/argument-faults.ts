import { sentences } from './fault.ts';

/** The sentences about texts that an argument refuses. */
export const ARGUMENT = sentences('BAD_USER_INPUT', {
  ARGUMENT_TOO_LONG: 'Argument "{argument}": at most {max} characters.',
  ARGUMENT_HALF_CHARACTER: 'Argument "{argument}": no half of a character.',
  ARGUMENT_NUL: 'Argument "{argument}": no NUL character.',
});
