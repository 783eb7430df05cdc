import {
  type Column,
  columnNamesOf,
  columnOf,
  foldOf,
  type Model,
  type ModelName,
  modelOf,
} from '../core/rows/models.ts';
import { MODELS } from '../generated/models.ts';
import { Prisma } from '../generated/prisma/client.ts';
import { exactNumber } from './minor-units.ts';

/** A table in a statement, under the name by which the statement calls it. */
export interface TableAlias {
  readonly model: ModelName;
  readonly alias: string;
}

/** The SQL of a table, e.g. `"customer" AS row`. */
export function tableSql({ model, alias }: TableAlias): Prisma.Sql {
  return Prisma.raw(`"${modelOf(model).table}" AS ${alias}`);
}

/** The SQL of a column or of a fold, by the name that it has in rows. */
export function columnSql({ model, alias }: TableAlias, name: string): Prisma.Sql {
  return Prisma.raw(`${alias}."${dbNameOf(model, name)}"`);
}

/** The SQL of all columns of a row, under the names that they have in rows: the folds are left out, as in Prisma's rows. */
export function rowSql({ model, alias }: TableAlias): Prisma.Sql {
  const columns = columnNamesOf(model).map((name) => {
    const { kind, isList } = columnOf(model, name);
    // The driver cannot read a list of the values of an enum.
    const read = `${alias}."${dbNameOf(model, name)}"${kind === 'enum' && isList ? '::text[]' : ''}`;
    return `${read} AS "${name}"`;
  });
  return Prisma.raw(columns.join(', '));
}

// Computed once: it is needed for each row that is read.
const AMOUNTS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(MODELS as Readonly<Record<string, Model>>).map(([model, { columns }]) => [
    model,
    Object.keys(columns).filter((name) => columns[name]?.kind === 'minorUnits'),
  ]),
);

/** Makes a row of what a statement has read by `rowSql`: with its amounts as numbers, like those of Prisma's client. */
export function rowOf<Row>(model: ModelName, read: Readonly<Record<string, unknown>>): Row {
  const amounts = (AMOUNTS[model] ?? []).flatMap((name) => {
    const amount = read[name];
    return typeof amount === 'bigint' ? [[name, exactNumber(amount)] as const] : [];
  });
  return (amounts.length === 0 ? read : { ...read, ...Object.fromEntries(amounts) }) as Row;
}

function dbNameOf(model: ModelName, name: string): string {
  const columns: Readonly<Record<string, Column>> = modelOf(model).columns;
  if (Object.hasOwn(columns, name)) return columns[name]?.dbName ?? name;
  const folded = Object.keys(columns).find((column) => columns[column]?.isFolded && foldOf(column) === name);
  if (!folded) throw new Error(`${model} has no column ${name}.`);
  return `${columns[folded]?.dbName ?? folded}_fold`;
}
