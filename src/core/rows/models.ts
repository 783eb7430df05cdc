import { MODELS } from '../../generated/models.ts';

/** The name of a table's model, and of the GraphQL type that shows its rows. */
export type ModelName = keyof typeof MODELS;

/** The properties of a column that lists, filters, inputs and the change log use. */
export interface Column {
  /** The name in the database, if it is another one there. */
  readonly dbName?: string;
  readonly kind:
    | 'id'
    | 'text'
    | 'integer'
    | 'minorUnits'
    | 'bigint'
    | 'boolean'
    | 'time'
    | 'enum'
    | 'json'
    | 'bytes';
  readonly isNullable: boolean;
  readonly isList: boolean;
  readonly hasDefault: boolean;
  /** Whether the table also has the fold of this text, by which it is searched and sorted. */
  readonly isFolded?: boolean;
  /** For an enum: its name, and its values in the order in which PostgreSQL sorts them. */
  readonly enumName?: string;
  readonly values?: readonly string[];
}

/** A table, as it is described in `prisma/models`. */
export interface Model {
  readonly table: string;
  readonly columns: Readonly<Record<string, Column>>;
  /**
   * The columns whose foreign key keeps the referenced row from being deleted (`onDelete: Restrict`), with the model of
   * that row.
   */
  readonly holds: Readonly<Record<string, ModelName>>;
  /** The unique indexes of a name within something, by their names in the database, with their columns. */
  readonly uniqueNames: Readonly<Record<string, readonly string[]>>;
}

/** Describes the table of a model. */
export function modelOf(name: ModelName): Model {
  return MODELS[name];
}

/** Describes a column; throws for a name that is not a column, which only an untyped caller can pass. */
export function columnOf(model: ModelName, name: string): Column {
  const column = modelOf(model).columns[name];
  if (!column) throw new Error(`${model} has no column ${name}.`);
  return column;
}

/** The name of the column that holds the fold of a text. */
export function foldOf(column: string): string {
  return `${column}Fold`;
}

/** The names of a table's columns. */
export function columnNamesOf(model: ModelName): readonly string[] {
  return namesOf(model).all;
}

/** The columns of a table that hold times. In an image, which is JSON, times are texts. */
export function timeColumnsOf(model: ModelName): readonly string[] {
  return namesOf(model).times;
}

interface Names {
  readonly all: readonly string[];
  readonly times: readonly string[];
}

// Computed once: both are needed for each change that is written or read.
const NAMES: Readonly<Record<string, Names>> = Object.fromEntries(
  Object.entries(MODELS as Readonly<Record<string, Model>>).map(([model, { columns }]) => {
    const all = Object.keys(columns);
    return [model, { all, times: all.filter((name) => columns[name]?.kind === 'time') }];
  }),
);

function namesOf(model: ModelName): Names {
  return NAMES[model] as Names;
}
