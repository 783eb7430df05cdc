import type { Where } from '../../core/rights/where.ts';
import { testsNothing } from '../../db/prisma-where.ts';
import type { ColumnTest } from './operands.ts';

/** The operators that are negations, with the one that each negates. */
const NEGATED = { notEquals: 'equals', notIn: 'in' } as const;

/**
 * Turns the test of one column into a condition. No value passes no comparison, and so it passes the negation of each:
 * "not CASH" includes what has no method. `notEquals` and `notIn` mean the same as `not` around `equals` and `in`.
 */
export function columnWhere(column: string, test: ColumnTest, isNullable: boolean): Where<object> {
  const { isNull, notEquals, notIn, ...comparison } = test;
  const known = (operands: object): Where<object> => {
    const isAboutValues = isNullable && !testsNothing({ [column]: operands });
    return { [column]: { ...operands, ...(isAboutValues && { not: null }) } };
  };
  const negations = Object.entries({ notEquals, notIn })
    .filter(([, operand]) => operand !== undefined)
    .map(([operator, operand]) => ({ NOT: known({ [NEGATED[operator as keyof typeof NEGATED]]: operand }) }));
  const absence = isNull === undefined ? [] : [{ [column]: isNull ? { equals: null } : { not: null } }];
  return { AND: [known(comparison), ...negations, ...absence] };
}
