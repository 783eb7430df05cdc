import type { MODELS } from '../../generated/models.ts';
import { columnOf, type ModelName } from './models.ts';

/** A customer or a user: the two kinds of persons of whom data is held. */
export type PersonKind = 'customer' | 'user';

type ColumnOf<Model extends ModelName> = keyof (typeof MODELS)[Model]['columns'] & string;

/**
 * The personal data in the columns of a table. Each column is in one list: the export of a person and its erasure follow
 * them, and a test names a column that is in none.
 */
export interface PersonalTable<Model extends ModelName = ModelName> {
  /** The columns with the id of the person whom a row is about. Absent: of no such person. */
  readonly about?: { readonly [Kind in PersonKind]?: readonly ColumnOf<Model>[] };
  /** The column that names a user: the row is then about that user and not about the customer. */
  readonly notOfCustomerWith?: ColumnOf<Model>;
  /**
   * A column of truth values: rows in which it holds are in no export, and are erased like the others. Notes of the staff
   * are not handed out with what the person itself may read.
   */
  readonly unexportedWith?: ColumnOf<Model>;
  /** Exported, and left as they are: they identify no person once the others are blank. */
  readonly export?: readonly ColumnOf<Model>[];
  /** Exported, and blank after an erasure. */
  readonly erase?: readonly ColumnOf<Model>[];
  /** Exported, and kept in an erasure for a reason. */
  readonly keep?: { readonly reason: string; readonly columns: readonly ColumnOf<Model>[] };
  /** Not exported. An erasure deletes the rows that are about the person. */
  readonly remove?: readonly ColumnOf<Model>[];
  /** Of no person. */
  readonly none?: readonly ColumnOf<Model>[];
}

/** The tables of a room. */
export type PersonalTables = { readonly [Model in ModelName]?: PersonalTable<Model> };

/** The columns of a table that the export of a person shows. */
export function exportedColumns({ export: shown, erase, keep }: PersonalTable): readonly string[] {
  return [shown, erase, keep?.columns].flatMap((columns: readonly string[] = []) => columns);
}

/** The value of a column that is blank: the rows and the images of an erased person have the same. */
export type Blank = null | string | readonly never[];

/** The text of an erased column that cannot be null. */
const ERASED = 'Erased';

/** The blank values of the columns that an erasure of a person blanks in a table. */
export function blanksOf(
  model: ModelName,
  { erase = [] }: Pick<PersonalTable, 'erase'>,
  personId: string,
): Readonly<Record<string, Blank>> {
  return Object.fromEntries(erase.map((name: string) => [name, blankOf(model, name, personId)]));
}

function blankOf(model: ModelName, name: string, personId: string): Blank {
  const { isNullable, isList } = columnOf(model, name);
  if (isNullable) return null;
  if (isList) return [];
  // An address that cannot be null is unique, and receives no mail.
  return name === 'email' ? `erased-${personId}@erased.invalid` : ERASED;
}
