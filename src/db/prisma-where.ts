import type { Where } from '../core/where.ts';

/** A condition as Prisma takes it. */
type Filter = object;

// Prisma passes over what is empty instead of working it out: `AND: [{ id }, { OR: [] }]` finds the row and `NOT: {}`
// finds every row. So conditions that hold for all rows or for none are worked out here, by identity, and the one
// that reaches Prisma is a comparison it cannot pass over.
const EVERY_ROW: Filter = {};
const NO_ROW: Filter = { id: { in: [] } };

/**
 * Writes a condition on the rows of a table that has ids as Prisma's `where`. Prisma hands `contains` to LIKE as it
 * is, where `%` and `_` match anything; here they are escaped, so that a text is always meant literally.
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
 * Tells whether a condition leaves no row out because it tests nothing, like `{}`, `AND: []` or `contains: ''`. One that
 * leaves none out by what it does test is not recognised.
 */
export function testsNothing<Row>(where: Where<Row>): boolean {
  return toPrismaWhere(where) === EVERY_ROW;
}

/** Each comparison on its own: `mode` would hold for all those beside it, too. */
function compare(column: string, operator: string, operand: unknown): Filter {
  if (operand === undefined || (operator === 'contains' && operand === '')) return EVERY_ROW;
  if (operator === 'in' && (operand as readonly unknown[]).length === 0) return NO_ROW;
  if (operator !== 'contains') return { [column]: { [operator]: operand } };
  return { [column]: { contains: escapeLike(String(operand)), mode: 'insensitive' } };
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

/** Makes a pattern of LIKE that means the text literally. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
