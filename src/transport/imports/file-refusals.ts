import { invalidInput, limitReached, type UserErrors } from '../../core/requests/errors.ts';
import { type Fault, sentences } from '../../core/requests/fault.ts';

/** Why a file is refused as a whole. */
export const FILE = sentences('INVALID_INPUT', {
  FILE_HAS_NO_ROWS: 'The file has no rows.',
  FILE_NOT_UTF8:
    'Line {line} is not a text in UTF-8: save the file as UTF-8, with or without a byte order mark.',
  FILE_ROW_TOO_LONG: 'The row that begins in line {line} is longer than {max} bytes.',
  QUOTE_NEVER_ENDS: 'The quote that opens in line {line} never ends.',
  QUOTE_MISPLACED:
    'The row that begins in line {line} has a quote beside other text: quote the whole cell, and double the quotes in it.',
  CELLS_MISCOUNTED:
    'The row that begins in line {line} has {count} cells, where the first line has {columns}.',
  LINE_NO_JSON_OBJECT: 'Line {line} is not a JSON object.',
  COLUMN_UNKNOWN: 'Line {line} has a column "{name}"; the columns of such a file are {names}.',
  COLUMN_TWICE: 'Line {line} has the column "{name}" twice.',
  COLUMN_MISSING: 'Line {line} lacks the column "{name}".',
});
export const FILE_LIMIT = sentences('LIMIT_REACHED', {
  FILE_TOO_LARGE: 'A file may have at most {max} bytes.',
  FILE_TOO_MANY_ROWS: 'A file may have at most {max} rows.',
});

/** Refuses a file, at the column that is at fault. */
export function fileRefused(fault: Fault<'INVALID_INPUT'>, ...column: string[]): UserErrors {
  return invalidInput(fault, 'file', ...column);
}

/** Refuses a file that is too large. */
export function fileTooLarge(fault: Fault<'LIMIT_REACHED'>): UserErrors {
  return limitReached(fault, 'file');
}

/** The largest file, in bytes: those of 100,000 rows have about half. */
export const MAX_FILE_BYTES = 33_554_432;
/** The largest number of rows. Empty lines count, too: a file can have nothing else. */
export const MAX_FILE_ROWS = 100_000;
/** The longest row, in bytes. */
export const MAX_ROW_BYTES = 65_536;
