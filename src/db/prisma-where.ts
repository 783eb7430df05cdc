import type { Where } from '../core/where.ts';

/**
 * Writes a condition as Prisma's `where`. Prisma hands `contains` to LIKE as it is, where `%` and `_` match
 * anything; here they are escaped, so that a text is always meant literally.
 */
export function toPrismaWhere<Row>(where: Where<Row>): object {
  return Object.fromEntries(
    Object.entries(where)
      .filter(([, test]) => test !== undefined)
      .map(([key, test]) => [key, convert(key, test)]),
  );
}

function convert(key: string, test: unknown): unknown {
  if (key === 'AND' || key === 'OR')
    return (test as readonly Where<unknown>[]).map((part) => toPrismaWhere(part));
  if (key === 'NOT') return toPrismaWhere(test as Where<unknown>);
  if (test === null || typeof test !== 'object' || test instanceof Date || !('contains' in test)) return test;
  return { ...test, contains: escapeLike(String(test.contains)), mode: 'insensitive' };
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
