import type { Where } from '../core/rights/where.ts';
import { foldOf } from '../core/rows/models.ts';
import { fold } from '../lib/fold.ts';

/** A condition in Prisma's form. */
type Filter = object;

// Prisma ignores empty conditions instead of evaluating them: `AND: [{ id }, { OR: [] }]` finds the row and `NOT: {}`
// finds every row. So conditions that hold for all rows or for none are evaluated here, by identity, and the one that
// reaches Prisma is a comparison that it cannot ignore.
const EVERY_ROW: Filter = {};
const NO_ROW: Filter = { id: { in: [] } };

/**
 * Translates a condition on the rows of a table with ids into Prisma's `where`. Prisma passes the text of a
 * search to LIKE unchanged, where `%` and `_` match anything; here they are escaped, so that a text is always compared
 * literally.
 */
export function toPrismaWhere<Row>(where: Where<Row>): object {
  return every(Object.entries(where).map(([key, test]) => convert(key, test)));
}

function convert(key: string, test: unknown): Filter {
  if (test === undefined) return EVERY_ROW;
  if (key === 'AND') return every((test as readonly Where<unknown>[]).map((part) => toPrismaWhere(part)));
  if (key === 'OR') return some((test as readonly Where<unknown>[]).map((part) => toPrismaWhere(part)));
  if (key === 'NOT') return not(toPrismaWhere(test as Where<unknown>));
  if (test === null || typeof test !== 'object' || test instanceof Date) return { [key]: test };
  return every(Object.entries(test).map(([operator, operand]) => compare(key, operator, operand)));
}

/**
 * Tells whether a condition excludes no row because it tests nothing, like `{}`, `AND: []` or `contains: ''`. A
 * condition with tests that happen to exclude no row is not recognised. `asksNothing` says the same of a client's filter,
 * before it is a condition.
 */
export function testsNothing<Row>(where: Where<Row>): boolean {
  return toPrismaWhere(where) === EVERY_ROW;
}

/** Each comparison separately, because a search reads another column, the fold of the text. */
function compare(column: string, operator: string, operand: unknown): Filter {
  if (operand === undefined) return EVERY_ROW;
  if (operator === 'contains' || operator === 'startsWith') return search(column, operator, String(operand));
  if (operator === 'in' && (operand as readonly unknown[]).length === 0) return NO_ROW;
  return { [column]: { [operator]: operand } };
}

function search(column: string, operator: 'contains' | 'startsWith', operand: string): Filter {
  const sought = fold(operand);
  return sought === '' ? EVERY_ROW : { [foldOf(column)]: { [operator]: escapeLike(sought) } };
}

function every(parts: readonly Filter[]): Filter {
  if (parts.includes(NO_ROW)) return NO_ROW;
  const telling = parts.filter((part) => part !== EVERY_ROW);
  return telling.length > 1 ? { AND: telling } : (telling[0] ?? EVERY_ROW);
}

function some(parts: readonly Filter[]): Filter {
  if (parts.includes(EVERY_ROW)) return EVERY_ROW;
  const telling = parts.filter((part) => part !== NO_ROW);
  return telling.length > 1 ? { OR: telling } : (telling[0] ?? NO_ROW);
}

function not(part: Filter): Filter {
  if (part === EVERY_ROW) return NO_ROW;
  return part === NO_ROW ? EVERY_ROW : { NOT: part };
}

/** Makes a pattern for LIKE that matches the text literally. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
