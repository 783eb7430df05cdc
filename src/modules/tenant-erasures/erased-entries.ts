import type { PersonKind } from '../../core/rows/personal-columns.ts';
import { blanksOf } from '../../core/rows/personal-columns.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { TenantErasure } from '../../generated/prisma/client.ts';

interface Walked {
  readonly lastSeq: bigint;
  readonly erasedCount: number;
  readonly isEnd: boolean;
}

const KINDS: readonly PersonKind[] = ['customer', 'user'];

/**
 * Erases the persons of a tenant from at most `limit` further changes of each feed, as the erasure of a person does; returns
 * whether it has come to the end of all feeds. In the feed of the tenant that is every person, elsewhere those that the
 * erasure has deleted.
 */
export async function walkFeeds(
  { db }: Transaction,
  { id: erasureId }: Pick<TenantErasure, 'id'>,
  limit: number,
): Promise<boolean> {
  const { blanks, about } = inImages();
  let isEnd = true;
  for (const { feed, seq } of await db.tenantErasureWalk.findMany({ where: { erasureId } })) {
    const [walked] = await db.$queryRaw<Walked[]>`
      SELECT last_seq AS "lastSeq", erased_count AS "erasedCount", is_end AS "isEnd"
      FROM erase_tenant_changes(
        ${erasureId}::uuid, ${feed}::uuid, ${seq}, ${limit}::int, ${blanks}::jsonb, ${about}::jsonb)`;
    if (!walked) throw new Error('The erasure of changes gave no answer.');
    await db.tenantErasureWalk.update({
      where: { erasureId_feed: { erasureId, feed } },
      data: { seq: walked.lastSeq, erasedCount: { increment: walked.erasedCount } },
    });
    isEnd &&= walked.isEnd;
  }
  return isEnd;
}

/** The columns to blank in images, and those that name a person, by entity. Images from before a renaming count, too. */
function inImages(): { readonly blanks: string; readonly about: string } {
  const blanks: Record<string, object> = {};
  const about: Record<string, readonly string[]> = {};
  for (const [model, table] of rooms.personal) {
    const entity = rooms.entities.get(model);
    if (!entity || !table.erase) continue;
    const ofColumns = blanksOf(model, table, '');
    const former = Object.entries(entity.formerNames ?? {}).filter(([, column]) => column in ofColumns);
    blanks[model] = {
      ...ofColumns,
      ...Object.fromEntries(former.map(([name, column]) => [name, ofColumns[column]])),
    };
    about[model] = KINDS.flatMap((kind) => (table.about?.[kind] ?? []) as readonly string[]);
  }
  return { blanks: JSON.stringify(blanks), about: JSON.stringify(about) };
}
