import { readFile } from 'node:fs/promises';

/** One line of a Markdown table: its title, and its cells by the headings of the columns. */
export interface PrintedLine {
  readonly title: string;
  readonly cells: ReadonlyMap<string, string>;
}

/** Reads all lines of all tables of a Markdown file. */
export async function printedLines(file: URL): Promise<PrintedLine[]> {
  const lines: PrintedLine[] = [];
  let headings: string[] | null = null;
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    const cells = text.startsWith('|') ? text.split('|').slice(1, -1) : null;
    const [title = '', ...values] = cells?.map((cell) => cell.trim()) ?? [];
    if (!cells) headings = null;
    else if (!headings) headings = values;
    else if (!title.startsWith('--')) {
      const columns = headings.map((heading, at): [string, string] => [heading, values[at] ?? '']);
      lines.push({ title, cells: new Map(columns) });
    }
  }
  return lines;
}
