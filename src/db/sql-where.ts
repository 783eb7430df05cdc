import type { Where } from '../core/rights/where.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { fold } from '../lib/fold.ts';
import { escapeLike } from './prisma-where.ts';

/** The SQL that reads a column; it is null where there is no value. */
export interface ReadColumns {
  /** As the text of its JSON value. */
  text(column: string): Prisma.Sql;
  /** As a `jsonb`. */
  json(column: string): Prisma.Sql;
}

/** Reads columns from an image, given as the SQL of a `jsonb`. */
export function columnsOfImage(image: Prisma.Sql): ReadColumns {
  return {
    text: (column) => Prisma.sql`(${image} ->> ${column}::text)`,
    json: (column) => Prisma.sql`NULLIF(${image} -> ${column}::text, 'null')`,
  };
}

/**
 * Translates a condition into SQL, for rows outside a table: images in the change log. It means the same as `matches`,
 * including unknown. It casts only values that can be cast: the image of another entity may contain another type under
 * the same name, and PostgreSQL decides the order of the tests.
 */
export function toSqlWhere<Row>(where: Where<Row>, read: ReadColumns): Prisma.Sql {
  return every(Object.entries(where).map(([key, test]) => convert(key, test, read)));
}

const TRUE = Prisma.sql`TRUE`;
const FALSE = Prisma.sql`FALSE`;

function convert(key: string, test: unknown, read: ReadColumns): Prisma.Sql {
  if (test === undefined) return TRUE;
  if (key === 'AND') return every((test as Where<unknown>[]).map((part) => toSqlWhere(part, read)));
  if (key === 'OR') return some((test as Where<unknown>[]).map((part) => toSqlWhere(part, read)));
  if (key === 'NOT') return Prisma.sql`(NOT ${toSqlWhere(test as Where<unknown>, read)})`;
  const text = read.text(key);
  if (test === null || typeof test !== 'object' || test instanceof Date) return compare(text, 'equals', test);
  return every(
    Object.entries(test).map(([operator, operand]) =>
      operator === 'has' ? has(read.json(key), operand) : compare(text, operator, operand),
    ),
  );
}

const ORDERS = { gt: Prisma.sql`>`, gte: Prisma.sql`>=`, lt: Prisma.sql`<`, lte: Prisma.sql`<=` };

function compare(text: Prisma.Sql, operator: string, operand: unknown): Prisma.Sql {
  if (operand === undefined) return TRUE;
  if (operator === 'contains') return search(text, fold(String(operand)), '%');
  if (operator === 'startsWith') return search(text, fold(String(operand)), '');
  if (operator === 'equals') return equals(text, operand);
  if (operator === 'not') return Prisma.sql`(NOT ${equals(text, operand)})`;
  if (operator === 'in') return isOneOf(text, operand as readonly unknown[]);
  const { value, wanted } = comparable(text, operand);
  return Prisma.sql`(${value} ${ORDERS[operator as keyof typeof ORDERS]} ${wanted})`;
}

/** An image has no folds, so only ASCII is folded here. No visibility searches, and the ids of requests are ASCII. */
function search(text: Prisma.Sql, sought: string, before: '%' | ''): Prisma.Sql {
  if (sought === '') return TRUE;
  return Prisma.sql`(lower(${text} COLLATE "C") LIKE ${`${before}${escapeLike(sought)}%`}::text)`;
}

function equals(text: Prisma.Sql, operand: unknown): Prisma.Sql {
  if (operand === null) return Prisma.sql`(${text} IS NULL)`;
  const { value, wanted } = comparable(text, operand);
  return Prisma.sql`(${value} = ${wanted})`;
}

/** Only a list contains a list; any other value contains nothing. */
function has(json: Prisma.Sql, operand: unknown): Prisma.Sql {
  if (operand === undefined) return TRUE;
  return Prisma.sql`(${json} @> ${JSON.stringify([operand])}::jsonb)`;
}

/**
 * Compares with texts in one parameter: a viewer that reaches a thousand tenants needs a thousand of them, in each test
 * of each entity.
 */
function isOneOf(text: Prisma.Sql, values: readonly unknown[]): Prisma.Sql {
  if (values.some((value) => typeof value === 'number')) return some(values.map((one) => equals(text, one)));
  return Prisma.sql`(${text} COLLATE "C" = ANY (${values.map(textOf)}::text[]))`;
}

/** Numbers are compared as numbers; times are texts that sort by time. */
function comparable(text: Prisma.Sql, operand: unknown): { value: Prisma.Sql; wanted: Prisma.Sql } {
  if (typeof operand === 'number') {
    const value = Prisma.sql`CASE WHEN ${text} ~ '^-?[0-9]+([.][0-9]+)?$' THEN ${text}::numeric END`;
    return { value, wanted: Prisma.sql`${String(operand)}::text::numeric` };
  }
  return { value: Prisma.sql`${text} COLLATE "C"`, wanted: Prisma.sql`${textOf(operand)}::text` };
}

function textOf(operand: unknown): string {
  return operand instanceof Date ? operand.toISOString() : String(operand);
}

function every(parts: readonly Prisma.Sql[]): Prisma.Sql {
  return parts.length === 0 ? TRUE : Prisma.join([...parts], ' AND ', '(', ')');
}

function some(parts: readonly Prisma.Sql[]): Prisma.Sql {
  return parts.length === 0 ? FALSE : Prisma.join([...parts], ' OR ', '(', ')');
}
