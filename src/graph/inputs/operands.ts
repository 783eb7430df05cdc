import { badArgument } from '../../core/requests/errors.ts';
import { isWellFormed, lengthOf, readEmail, readText } from '../../core/requests/read-text.ts';

const MAX_LISTED = 500;
const MAX_TEXT = 200;

/** The test of a column as GraphQL parses it: operands by operator. */
export interface ColumnTest {
  readonly isNull?: boolean;
  readonly [operator: string]: unknown;
}

/**
 * Reads the texts of a test as inputs are read, so that a row is found by what was written into it. Throws
 * BAD_USER_INPUT beyond the limits and for a text that no column can hold.
 */
export function readOperands(column: string, test: ColumnTest): ColumnTest {
  const argument = `filter.${column}`;
  const read = readerOf(column, argument);
  return Object.fromEntries(
    Object.entries(test).map(([operator, operand]) => {
      if (!Array.isArray(operand)) return [operator, read(operand)];
      if (operand.length > MAX_LISTED) throw badArgument(argument, `at most ${MAX_LISTED} values.`);
      return [operator, operand.map(read)];
    }),
  );
}

/** A column that is called `email`, or ends so, holds addresses. */
function readerOf(column: string, argument: string): (operand: unknown) => unknown {
  const read = /^email$|Email$/.test(column) ? readEmail : readText;
  return (operand) => {
    if (typeof operand !== 'string') return operand;
    if (!isWellFormed(operand)) throw badArgument(argument, 'no half of a character.');
    const text = read(operand);
    if (lengthOf(text) > MAX_TEXT) throw badArgument(argument, `at most ${MAX_TEXT} characters.`);
    if (text.includes('\0')) throw badArgument(argument, 'no NUL character.');
    return text;
  };
}
