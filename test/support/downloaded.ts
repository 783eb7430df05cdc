import { mutate } from './mutate.ts';
import type { Person } from './person.ts';

/** A line of an export; the last one has nothing but the count. */
export interface ExportLine {
  readonly table: string;
  readonly entity?: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** An export as its file has it. */
export interface Downloaded {
  readonly text: string;
  readonly lines: readonly ExportLine[];
  readonly rowCount: number;
}

/** Makes a link to the export of a person, and gives its path. */
export async function exportLinkFor(who: Person, input: object): Promise<string> {
  return (await mutate(who, 'personExport', { input }, 'path')).path;
}

/** Downloads the export of a person, which must be allowed. */
export async function download(url: string, path: string): Promise<Downloaded> {
  const answer = await fetch(`${url}${path}`);
  if (answer.status !== 200) throw new Error(`The export was refused: ${await answer.text()}`);
  const text = await answer.text();
  const parsed = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { text, lines: parsed.slice(0, -1), rowCount: parsed.at(-1).rowCount };
}
