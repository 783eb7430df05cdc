import { blanksOf } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { PersonErasure } from '../../generated/prisma/client.ts';
import type { NamedPerson } from './named-person.ts';

// The rights of the serving role end here: the functions of the database write nothing but blanks, and only for persons
// whose erasure was asked for.

interface Walked {
  readonly lastSeq: bigint;
  readonly erasedCount: number;
  readonly isEnd: boolean;
}

/**
 * Erases a person from at most `limit` further changes of each feed; returns whether it has come to the end of all feeds.
 * It is a walk and no search: changes of rows that are gone are found, too, and what is committed later is in front of it.
 */
export async function walkFeeds(
  { db }: Transaction,
  { id: erasureId }: Pick<PersonErasure, 'id'>,
  person: NamedPerson,
  limit: number,
): Promise<boolean> {
  const { blanks, about } = inImages(person);
  let isEnd = true;
  for (const { feed, seq } of await db.personErasureWalk.findMany({ where: { erasureId } })) {
    const [walked] = await db.$queryRaw<Walked[]>`
      SELECT last_seq AS "lastSeq", erased_count AS "erasedCount", is_end AS "isEnd"
      FROM erase_changes(${person.id}::uuid, ${feed}::uuid, ${seq}, ${limit}::int, ${blanks}::jsonb, ${about}::jsonb)`;
    if (!walked) throw new Error('The erasure of changes gave no answer.');
    await db.personErasureWalk.update({
      where: { erasureId_feed: { erasureId, feed } },
      data: { seq: walked.lastSeq, erasedCount: { increment: walked.erasedCount } },
    });
    isEnd &&= walked.isEnd;
  }
  return isEnd;
}

/** Erases a person from at most `limit` records of consents; returns from how many. */
export async function eraseSomeRecords(
  { db }: Transaction,
  { tenantId }: Pick<PersonErasure, 'tenantId'>,
  person: NamedPerson,
  limit: number,
): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT erase_consent_records(${person.id}::uuid, ${tenantId}::uuid, ${limit}::int) AS count`;
  return row?.count ?? 0;
}

/** The columns to blank in images, and those that name the person, by entity. Images from before a renaming count, too. */
function inImages({ kind, id }: NamedPerson): { readonly blanks: string; readonly about: string } {
  const blanks: Record<string, object> = {};
  const about: Record<string, readonly string[]> = {};
  for (const [model, table] of rooms.personal) {
    const entity = rooms.entities.get(model);
    const names = table.about?.[kind];
    if (!entity || !names || !table.erase) continue;
    const ofColumns = blanksOf(model, table, id);
    const former = Object.entries(entity.formerNames ?? {}).filter(([, column]) => column in ofColumns);
    blanks[model] = {
      ...ofColumns,
      ...Object.fromEntries(former.map(([name, column]) => [name, ofColumns[column]])),
    };
    about[model] = names;
  }
  return { blanks: JSON.stringify(blanks), about: JSON.stringify(about) };
}
