import { stringify } from 'csv-stringify/sync';
import { guarded } from './formula-guard.ts';
import type { ExportColumn } from './list-document.ts';

/** A format of exported files. */
export interface ExportFormat {
  readonly mediaType: string;
  /** The text before the rows. */
  readonly head: (columns: readonly ExportColumn[]) => string;
  readonly lines: (columns: readonly ExportColumn[], rows: readonly object[]) => string;
}

// CR and LF are quoted, too: some programs take either for the end of a row.
const CSV = { record_delimiter: '\n', quoted_match: /[\r\n]/ } as const;

/** The formats by the name that clients send. */
export const FORMATS: ReadonlyMap<string, ExportFormat> = new Map([
  [
    'csv',
    {
      mediaType: 'text/csv; charset=utf-8',
      head: (columns) => stringify([columns.map(({ name }) => name)], CSV),
      lines: (columns, rows) =>
        stringify(
          rows.map((row) => columns.map((column) => cellOf(row, column))),
          CSV,
        ),
    },
  ],
  [
    'jsonl',
    {
      mediaType: 'application/x-ndjson; charset=utf-8',
      head: () => '',
      lines: (columns, rows) =>
        rows
          .map((row) => Object.fromEntries(columns.map((column) => [column.name, columnValue(row, column)])))
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
    },
  ],
]);

function cellOf(row: object, column: ExportColumn): string {
  const value = columnValue(row, column);
  if (value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return column.isNumber ? text : guarded(text);
}

/** The value of a column in a row; null where a part of its path is. */
function columnValue(row: object, { path }: ExportColumn): unknown {
  return path.reduce<unknown>(
    (value, name) => (value as Record<string, unknown> | null)?.[name] ?? null,
    row,
  );
}
