import { pipeline } from 'node:stream/promises';
import { CsvError, type Options, parse } from 'csv-parse';
import { unguarded } from '../exports/formula-guard.ts';
import { FILE, fileRefused, MAX_ROW_BYTES } from './file-refusals.ts';
import { type FileColumns, type FileRow, requireColumns, requireFewRows } from './file-row.ts';

/** The delimiters that spreadsheets write. */
const DELIMITERS = [',', ';', '\t'] as const;
const LINE_FEED = 10;

// The raw text of each row tells its lines, so a row of several lines is named by its first one.
const CSV = {
  record_delimiter: ['\r\n', '\n'],
  relax_column_count: true,
  max_record_size: MAX_ROW_BYTES,
  raw: true,
};

interface FoundRow {
  readonly record: readonly string[];
  readonly raw: string;
  /** The line in which it begins. */
  readonly line: number;
}

/**
 * Reads the rows of a CSV file. Its first line names the columns, and by what they are delimited: no column has a comma, a
 * semicolon or a tab in its name. An empty cell is null, and the guard of exports is taken off. Throws UserErrors for what
 * is no such file.
 */
export async function* csvRows(bytes: AsyncIterable<Buffer>, columns: FileColumns): AsyncGenerator<FileRow> {
  const { delimiter, all } = await delimiterOf(bytes);
  let next = 1;
  const parser = parse({
    ...CSV,
    delimiter,
    // Lines are counted where rows are found: an error comes before the rows that wait to be taken.
    on_record: (found: Pick<FoundRow, 'record' | 'raw'>): FoundRow => {
      const line = next;
      next += linesIn(found.raw);
      return { ...found, line };
    },
  } as unknown as Options);
  // An error of the bytes destroys the parser with it, and so is thrown below.
  const feeding = pipeline(all, parser).catch(() => {});
  let header: readonly string[] | null = null;
  let count = 0;
  try {
    for await (const { record, raw, line } of parser as AsyncIterable<FoundRow>) {
      if (header === null) {
        requireColumns(record, columns, line);
        header = record;
        continue;
      }
      count += 1;
      requireFewRows(count);
      const isEmptyLine = record.length === 1 && record[0] === '' && !raw.includes('"');
      if (!isEmptyLine) yield rowOf(record, header, line);
    }
  } catch (error) {
    throw error instanceof CsvError ? refusalOf(error, next) : error;
  } finally {
    parser.destroy();
    await feeding;
  }
}

function rowOf(record: readonly string[], header: readonly string[], line: number): FileRow {
  if (record.length !== header.length) {
    const [count, columns] = [record.length, header.length];
    throw fileRefused(FILE.CELLS_MISCOUNTED({ line, count, columns }));
  }
  const cells = header.map((name, at) => [name, record[at] === '' ? null : unguarded(record[at] ?? '')]);
  return { line, cells: Object.fromEntries(cells) };
}

/** The number of line breaks in the raw text of a row; of the one that ends it, the first character is there. */
function linesIn(raw: string): number {
  return raw.match(/\r\n|\n|\r$/g)?.length ?? 0;
}

function refusalOf(error: CsvError, line: number) {
  const { raw = '' } = error as { raw?: string };
  if (error.code === 'CSV_QUOTE_NOT_CLOSED' || error.code === 'CSV_MAX_RECORD_SIZE') {
    const opening = openQuote(raw);
    if (opening !== null) {
      return fileRefused(FILE.QUOTE_NEVER_ENDS({ line: line + linesIn(raw.slice(0, opening)) }));
    }
    return fileRefused(FILE.FILE_ROW_TOO_LONG({ line, max: MAX_ROW_BYTES }));
  }
  return fileRefused(FILE.QUOTE_MISPLACED({ line }));
}

/** The position of the quote that is still open at the end of a text; null if none is. */
function openQuote(raw: string): number | null {
  let opening: number | null = null;
  for (let at = raw.indexOf('"'); at !== -1; at = raw.indexOf('"', at + 1)) {
    if (opening === null) opening = at;
    else if (raw[at + 1] === '"') at += 1;
    else opening = null;
  }
  return opening;
}

interface Headed {
  readonly delimiter: string;
  readonly all: AsyncIterable<Buffer>;
}

/** Reads as far as the end of the first line, and gives all bytes again. */
async function delimiterOf(bytes: AsyncIterable<Buffer>): Promise<Headed> {
  const rest = bytes[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.indexOf(LINE_FEED) === -1 && head.length <= MAX_ROW_BYTES) {
    const next = await rest.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const first = String(head.subarray(0, MAX_ROW_BYTES)).split('\n', 1)[0] ?? '';
  const countOf = (delimiter: string) => first.split(delimiter).length;
  const delimiter = DELIMITERS.reduce((best, one) => (countOf(one) > countOf(best) ? one : best));
  return { delimiter, all: following(head, rest) };
}

async function* following(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
