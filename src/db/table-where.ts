import { Prisma } from '../generated/prisma/client.ts';
import { columnSql, type TableAlias } from './table-sql.ts';

const TRUE = Prisma.sql`TRUE`;
const FALSE = Prisma.sql`FALSE`;

/**
 * Translates a filter of Prisma on the columns of one table into SQL: what `toPrismaWhere` returns, and the ranges of a
 * page. It finds the same rows as Prisma, for statements that Prisma cannot send. A parameter has the type of the column
 * that it is compared with.
 */
export function tableWhere(filter: object, table: TableAlias): Prisma.Sql {
  return joined(
    Object.entries(filter).map(([key, test]) => convert(key, test, table)),
    ' AND ',
    TRUE,
  );
}

function convert(key: string, test: unknown, table: TableAlias): Prisma.Sql {
  if (key === 'AND') return every(test as readonly object[], table);
  if (key === 'OR') return some(test as readonly object[], table);
  if (key === 'NOT') return Prisma.sql`(NOT ${tableWhere(test as object, table)})`;
  const column = columnSql(table, key);
  if (test === null || typeof test !== 'object' || test instanceof Date) return equals(column, test);
  return joined(
    Object.entries(test).map(([operator, operand]) => compare(column, operator, operand)),
    ' AND ',
    TRUE,
  );
}

const ORDERS = { gt: Prisma.sql`>`, gte: Prisma.sql`>=`, lt: Prisma.sql`<`, lte: Prisma.sql`<=` };

function compare(column: Prisma.Sql, operator: string, operand: unknown): Prisma.Sql {
  switch (operator) {
    case 'equals':
      return equals(column, operand);
    case 'not':
      return operand === null
        ? Prisma.sql`(${column} IS NOT NULL)`
        : Prisma.sql`(${column} <> ${sent(operand)})`;
    case 'in':
      return (operand as readonly unknown[]).length === 0
        ? FALSE
        : Prisma.sql`(${column} = ANY (${(operand as readonly unknown[]).map(sent)}))`;
    case 'has':
      return Prisma.sql`(${sent(operand)} = ANY (${column}))`;
    case 'contains':
      return Prisma.sql`(${column} LIKE ${`%${operand}%`})`;
    case 'startsWith':
      return Prisma.sql`(${column} LIKE ${`${operand}%`})`;
    default:
      return Prisma.sql`(${column} ${orderOf(operator)} ${sent(operand)})`;
  }
}

function orderOf(operator: string): Prisma.Sql {
  if (!Object.hasOwn(ORDERS, operator)) throw new Error(`No SQL for the operator ${operator}.`);
  return ORDERS[operator as keyof typeof ORDERS];
}

function equals(column: Prisma.Sql, operand: unknown): Prisma.Sql {
  return operand === null ? Prisma.sql`(${column} IS NULL)` : Prisma.sql`(${column} = ${sent(operand)})`;
}

/** Times are sent with their zone. */
function sent(operand: unknown): unknown {
  return operand instanceof Date ? operand.toISOString() : operand;
}

function every(parts: readonly object[], table: TableAlias): Prisma.Sql {
  return joined(
    parts.map((part) => tableWhere(part, table)),
    ' AND ',
    TRUE,
  );
}

function some(parts: readonly object[], table: TableAlias): Prisma.Sql {
  return joined(
    parts.map((part) => tableWhere(part, table)),
    ' OR ',
    FALSE,
  );
}

function joined(parts: readonly Prisma.Sql[], operator: string, ofNone: Prisma.Sql): Prisma.Sql {
  const [only] = parts;
  if (!only) return ofNone;
  return parts.length === 1 ? only : Prisma.join([...parts], operator, '(', ')');
}
