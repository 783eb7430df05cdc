import type { PrismaClient } from '../generated/prisma/client.ts';
import { STORED_COLUMNS } from './change-log.ts';
import { MAX_BYTES, MAX_ROWS, type SharedImage, type SharedRow, sharedEntities } from './shared-rows.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** The feeds between which the copies of deletions are, and the position up to which they are sought. */
interface Between {
  readonly from: string;
  readonly to: string;
  readonly until: number;
}

/**
 * Yields, page by page, the rows whose deletion before a position of one feed was repeated in another, in the order of
 * their deletion.
 */
export async function* deletedRows(
  prisma: PrismaClient,
  entities: Entities,
  between: Between,
): AsyncGenerator<SharedRow[]> {
  for (let after = 0; ; ) {
    const page = await deletionsAfter(prisma, entities, between, after);
    const last = page.at(-1);
    if (!last) return;
    after = Number(last.seq);
    yield page.flatMap((stored) => {
      const entity = entities.get(stored.entity);
      return entity ? [{ entity, row: revive(stored, entities).image as SharedImage }] : [];
    });
  }
}

function deletionsAfter(
  prisma: PrismaClient,
  entities: Entities,
  { from, to, until }: Between,
  after: number,
): Promise<StoredChange[]> {
  const names = sharedEntities(entities).map(({ name }) => name);
  return prisma.$queryRawUnsafe(
    `WITH next AS (
       SELECT * FROM change WHERE feed = $2::uuid AND kind = 'DELETED' AND seq > $3 AND seq < $4
         AND entity = ANY($5::text[]) AND EXISTS (
           SELECT FROM change AS copy WHERE copy.feed = $1::uuid AND copy.projection_of = change.event_id
         )
       ORDER BY seq LIMIT $6
     ), sized AS (
       SELECT *, sum(octet_length(image::text)) OVER (ORDER BY seq) - octet_length(image::text) AS bytes_before
       FROM next
     )
     SELECT ${STORED_COLUMNS} FROM sized AS change WHERE bytes_before < $7 ORDER BY change.seq`,
    ...[to, from, after, until, names, MAX_ROWS, MAX_BYTES],
  );
}
