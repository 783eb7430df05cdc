/** A line of a table: its label, and its figures. */
export type Row = readonly [label: string, ...figures: (string | number)[]];

/** Formats lines as a table of aligned columns; the first column is on the left, figures are on the right. */
export function toTable(rows: readonly Row[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length);
    });
  }
  const toLine = (row: Row): string =>
    row
      .map((cell, column) =>
        column === 0 ? String(cell).padEnd(widths[0] ?? 0) : String(cell).padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd();
  return rows.map((row) => `  ${toLine(row)}`).join('\n');
}
