import { UserErrors } from '../../core/requests/errors.ts';
import { isWellFormed } from '../../core/requests/read-text.ts';
import { FILE, fileRefused, MAX_ROW_BYTES } from './file-refusals.ts';
import { type FileColumns, type FileRow, requireColumns, requireFewRows } from './file-row.ts';

const LINE_FEED = 10;

/** Reads the rows of a file with a JSON object in each line. Throws UserErrors for what is no such file. */
export async function* jsonRows(bytes: AsyncIterable<Buffer>, columns: FileColumns): AsyncGenerator<FileRow> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  for await (const chunk of bytes) {
    const whole = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = whole.indexOf(LINE_FEED); end !== -1; end = whole.indexOf(LINE_FEED, start)) {
      yield* rowsIn(whole.subarray(start, end));
      start = end + 1;
    }
    rest = whole.subarray(start);
    if (rest.length > MAX_ROW_BYTES) yield* rowsIn(rest);
  }
  if (rest.length > 0) yield* rowsIn(rest);

  function* rowsIn(text: Buffer): Generator<FileRow> {
    line += 1;
    requireFewRows(line);
    if (text.length > MAX_ROW_BYTES) throw fileRefused(FILE.FILE_ROW_TOO_LONG({ line, max: MAX_ROW_BYTES }));
    const row = String(text).trim();
    if (row !== '') yield rowOf(row, line, columns);
  }
}

function rowOf(text: string, line: number, columns: FileColumns): FileRow {
  const cells = parsed(text, line);
  if (typeof cells !== 'object' || cells === null || Array.isArray(cells))
    throw fileRefused(FILE.LINE_NO_JSON_OBJECT({ line }));
  requireColumns(Object.keys(cells), columns, line);
  return { line, cells: cells as FileRow['cells'] };
}

function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text, (name, value) => {
      if (isText(name) && (typeof value !== 'string' || isText(value))) return value;
      throw fileRefused(FILE.FILE_NOT_UTF8({ line }));
    });
  } catch (error) {
    if (error instanceof UserErrors) throw error;
    return null;
  }
}

/** JSON can write half characters and NUL, which no database holds. */
function isText(text: string): boolean {
  return isWellFormed(text) && !text.includes('\0');
}
