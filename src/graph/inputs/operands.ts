import { ARGUMENT } from '../../core/requests/argument-faults.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isWellFormed, lengthOf, readEmail, readText } from '../../core/requests/read-text.ts';

const LISTED = sentences('BAD_USER_INPUT', {
  TOO_MANY_LISTED: 'Argument "{argument}": at most {max} values.',
});

const MAX_LISTED = 500;
/** As long as the longest text that an input accepts, so that every stored one can be asked for. */
const MAX_TEXT = 10_000;
/** The limits of the operators that compare a text with each part of others. */
const MAX_SOUGHT: Readonly<Record<string, number>> = { contains: 200, startsWith: 200, has: 200 };

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
  const readAtMost = readerOf(column, argument);
  return Object.fromEntries(
    Object.entries(test).map(([operator, operand]) => {
      const read = readAtMost(MAX_SOUGHT[operator] ?? MAX_TEXT);
      if (!Array.isArray(operand)) return [operator, read(operand)];
      if (operand.length > MAX_LISTED)
        throw badArgument(LISTED.TOO_MANY_LISTED({ argument, max: MAX_LISTED }));
      return [operator, operand.map(read)];
    }),
  );
}

/** A column that is called `email`, or ends so, holds addresses. */
function readerOf(column: string, argument: string): (max: number) => (operand: unknown) => unknown {
  const read = /^email$|Email$/.test(column) ? readEmail : readText;
  return (max) => (operand) => {
    if (typeof operand !== 'string') return operand;
    if (!isWellFormed(operand)) throw badArgument(ARGUMENT.ARGUMENT_HALF_CHARACTER({ argument }));
    const text = read(operand);
    if (lengthOf(text) > max) throw badArgument(ARGUMENT.ARGUMENT_TOO_LONG({ argument, max }));
    if (text.includes('\0')) throw badArgument(ARGUMENT.ARGUMENT_NUL({ argument }));
    return text;
  };
}
