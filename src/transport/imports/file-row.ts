import { FILE, FILE_LIMIT, fileRefused, fileTooLarge, MAX_FILE_ROWS } from './file-refusals.ts';

/** A row of a file. */
export interface FileRow {
  /** The number of the line in which it begins, from 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** The columns that a file may have, and those that it must have. */
export interface FileColumns {
  readonly known: readonly string[];
  readonly required: readonly string[];
}

/** Throws UserErrors for the first column that is unknown, there twice or missing. */
export function requireColumns(
  names: readonly string[],
  { known, required }: FileColumns,
  line: number,
): void {
  const seen = new Set<string>();
  for (const name of names) {
    const shown = name.slice(0, 100);
    if (!known.includes(name))
      throw fileRefused(FILE.COLUMN_UNKNOWN({ line, name: shown, names: known.join(', ') }), shown);
    if (seen.has(name)) throw fileRefused(FILE.COLUMN_TWICE({ line, name }), name);
    seen.add(name);
  }
  const missing = required.find((name) => !seen.has(name));
  if (missing) throw fileRefused(FILE.COLUMN_MISSING({ line, name: missing }), missing);
}

/** Throws UserErrors if there are more rows than a file may have. */
export function requireFewRows(count: number): void {
  if (count > MAX_FILE_ROWS) throw fileTooLarge(FILE_LIMIT.FILE_TOO_MANY_ROWS({ max: MAX_FILE_ROWS }));
}
