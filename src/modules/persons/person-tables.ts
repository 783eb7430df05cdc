import type { EntityRow } from '../../core/rows/change.ts';
import { columnOf, type ModelName, modelOf } from '../../core/rows/models.ts';
import { type Blank, blanksOf, type PersonalTable } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { tableOf } from '../../db/table.ts';
import { Prisma } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';
import type { NamedPerson } from './named-person.ts';

/** The condition of the rows of a table that are about a person; null if none can be. */
export function rowsAbout(
  { about, notOfCustomerWith }: PersonalTable,
  { kind, id }: NamedPerson,
): object | null {
  const columns: readonly string[] = about?.[kind] ?? [];
  if (columns.length === 0) return null;
  const named = { OR: columns.map((column) => ({ [column]: id })) };
  return kind === 'customer' && notOfCustomerWith ? { AND: [named, { [notOfCustomerWith]: null }] } : named;
}

/**
 * Blanks at most `limit` rows of one table that are about a person, each by a change of its own, and deletes those that
 * an erasure removes. Returns how many it blanked; none once all tables are blank.
 */
export async function eraseSomeRows(tx: Transaction, person: NamedPerson, limit: number): Promise<number> {
  for (const [model, table] of rooms.personal) {
    const about = rowsAbout(table, person);
    if (!about) continue;
    if (table.remove) await removeRows(tx, model, table, person);
    const count = table.erase ? await blankSome(tx, { model, about, table, person, limit }) : 0;
    if (count > 0) return count;
  }
  return 0;
}

async function removeRows(
  { db }: Transaction,
  model: ModelName,
  { about }: PersonalTable,
  { kind, id }: NamedPerson,
): Promise<void> {
  for (const column of (about?.[kind] ?? []) as readonly string[]) {
    const name = columnOf(model, column).dbName ?? column;
    await db.$executeRawUnsafe(`DELETE FROM "${modelOf(model).table}" WHERE "${name}" = $1::uuid`, id);
  }
}

interface Batch {
  readonly model: ModelName;
  readonly about: object;
  readonly table: PersonalTable;
  readonly person: NamedPerson;
  readonly limit: number;
}

async function blankSome(tx: Transaction, { model, about, table, person, limit }: Batch): Promise<number> {
  const blanks = storedBlanks(model, table, person.id);
  const where = {
    AND: [about, { OR: Object.entries(blanks).map(([column, blank]) => isNot(column, blank)) }],
  };
  const entity = rooms.entities.get(model);
  const rows = tableOf<EntityRow>(tx.db, { name: model });
  const feed = await feedOf(tx, person);
  const found = await rows.findMany({ where, orderBy: { id: 'asc' }, take: limit, select: { id: true } });
  for (const { id } of found) {
    await tx.lock({ name: model }, id);
    const row = await rows.findFirst({ where: { AND: [{ id }, where] } });
    if (!row) continue;
    const blank = async (data: object) => ({ feed, ...(await rows.update({ where: { id }, data })) });
    if (entity) await tx.update(entity, { feed, ...row }, blanks as Partial<EntityRow>, blank);
    else await blank(blanks);
  }
  return found.length;
}

/** The feed of a user's level: that of its sessions and outside identities, which have no column for it. */
async function feedOf({ db }: Transaction, { kind, id }: NamedPerson): Promise<string | null> {
  const user = kind === 'user' ? await db.user.findUnique({ where: { id } }) : null;
  return user && homeFeedOf(user);
}

type StoredBlank = Blank | typeof Prisma.DbNull;

/** The blanks as Prisma takes them: it tells the null of the database from that of JSON. */
function storedBlanks(model: ModelName, table: PersonalTable, personId: string): Record<string, StoredBlank> {
  const stored = ([name, blank]: [string, Blank]): [string, StoredBlank] => [
    name,
    blank === null && columnOf(model, name).kind === 'json' ? Prisma.DbNull : blank,
  ];
  return Object.fromEntries(Object.entries(blanksOf(model, table, personId)).map(stored));
}

function isNot(column: string, blank: StoredBlank): object {
  return { [column]: Array.isArray(blank) ? { isEmpty: false } : { not: blank } };
}
