import type { EntityRow } from '../../core/rows/change.ts';
import type { ModelName } from '../../core/rows/models.ts';
import { exportedColumns } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import { tableOf } from '../../db/table.ts';
import { columnsOf, type ExportedRow, type Read, withoutOthers } from './exported-row.ts';
import type { NamedPerson } from './named-person.ts';
import { rowsAbout } from './person-tables.ts';

/** The rows of a statement. */
const ROWS = 200;

/** Reads the rows about a person, and the records of its consents, page by page. */
export async function* rowsOfTables(read: Read, person: NamedPerson): AsyncGenerator<readonly ExportedRow[]> {
  for (const [model, table] of rooms.personal) {
    const about = rowsAbout(table, person);
    if (about) yield* pagesOf(read, model, about, person);
  }
  const consent = rowsAbout(rooms.personal.get('Consent') ?? {}, person);
  if (consent) yield* pagesOf(read, 'ConsentRecord', { consent }, person);
}

async function* pagesOf(
  read: Read,
  model: ModelName,
  where: object,
  person: NamedPerson,
): AsyncGenerator<readonly ExportedRow[]> {
  const columns = exportedColumns(rooms.personal.get(model) ?? {});
  if (columns.length === 0) return;
  const select = Object.fromEntries(['id', ...columns].map((name) => [name, true]));
  for (let last: string | undefined, isEnd = false; !isEnd; ) {
    const after: object = last ? { id: { gt: last } } : {};
    const query = { where: { AND: [where, after] }, orderBy: { id: 'asc' }, take: ROWS, select };
    const page = await read((db) => tableOf<EntityRow>(db, { name: model }).findMany(query));
    yield page.map((row) => {
      const isActor = 'actorId' in row && row.actorId === person.id;
      return { table: model, row: withoutOthers(columnsOf(row, columns), isActor) };
    });
    isEnd = page.length < ROWS;
    last = page.at(-1)?.id;
  }
}
