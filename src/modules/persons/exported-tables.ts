import type { EntityRow } from '../../core/rows/change.ts';
import { type ModelName, modelOf } from '../../core/rows/models.ts';
import { exportedColumns } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import { tableOf } from '../../db/table.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { columnsOf, type ExportedRow, type Read, withoutOthers } from './exported-row.ts';
import type { NamedPerson } from './named-person.ts';
import { idsWithinPage } from './page-bytes.ts';
import { rowsAbout } from './person-tables.ts';

/** The rows of a page at most. */
const ROWS = 200;

/** Reads the rows about a person, and the records of its consents, page by page. */
export async function* rowsOfTables(read: Read, person: NamedPerson): AsyncGenerator<readonly ExportedRow[]> {
  for (const [model, table] of rooms.personal) {
    const about = rowsAbout(table, person);
    const { unexportedWith: hidden } = table;
    const where = about && hidden ? { AND: [about, { [hidden]: false }] } : about;
    if (where) yield* pagesOf(read, model, where, person);
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
  const rows = (db: PrismaClient) => tableOf<EntityRow>(db, { name: model });
  for (let last: string | undefined, isEnd = false; !isEnd; ) {
    const after: object = last ? { id: { gt: last } } : {};
    const next = {
      where: { AND: [where, after] },
      orderBy: { id: 'asc' },
      take: ROWS,
      select: { id: true },
    } as const;
    const found = await read((db) => rows(db).findMany(next));
    const ids = idsWithinPage(await sizesOf(read, model, found));
    // A row that is no longer about the person has left the page meanwhile.
    const page = await read((db) =>
      rows(db).findMany({ where: { AND: [where, { id: { in: ids } }] }, orderBy: { id: 'asc' }, select }),
    );
    yield page.map((row) => {
      const isActor = 'actorId' in row && row.actorId === person.id;
      return { table: model, row: withoutOthers(columnsOf(row, columns), isActor) };
    });
    isEnd = found.length < ROWS && ids.length === found.length;
    last = ids.at(-1);
  }
}

/** The bytes of rows, in the order of their ids. */
function sizesOf(
  read: Read,
  model: ModelName,
  found: readonly { readonly id: string }[],
): Promise<{ id: string; bytes: number }[]> {
  const ids = found.map(({ id }) => id);
  const sized = `SELECT id, octet_length(row::text) AS bytes FROM "${modelOf(model).table}" AS row
    WHERE id = ANY($1::uuid[]) ORDER BY id`;
  return read((db) => db.$queryRawUnsafe(sized, ids));
}
