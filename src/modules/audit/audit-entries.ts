import { STORED_COLUMNS } from '../../changes/change-log.ts';
import { revive, type StoredChange } from '../../changes/stored-change.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import { isHiddenFrom } from '../../core/rows/actor.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { PartialView } from '../../core/rows/partial-view.ts';
import { columnsOfImage, type ReadColumns, toSqlWhere } from '../../db/sql-where.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import { COUNTED_AT_MOST } from '../../graph/pages/count.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { type AuditEntry, entriesFor, type FilteredEntry } from './audit-entry.ts';

/** The viewer, the feed and the filter of a request for entries. */
export interface AskedEntries {
  readonly viewer: Viewer;
  readonly feed: string;
  readonly wanted: Where<FilteredEntry>;
}

/** A range of a feed with exclusive bounds, and the number of entries to take from one of its ends. */
export interface SeqRange {
  readonly above: number | null;
  readonly below: number | null;
  readonly take: number;
  readonly end: 'NEWEST' | 'OLDEST';
}

// The database decides visibility: if the program filtered the rows, pages would not be full and counts would be wrong.

/** Reads entries from one end of a range of the feed. */
export async function readEntries(
  db: PrismaClient,
  asked: AskedEntries,
  { above, below, take, end }: SeqRange,
): Promise<AuditEntry[]> {
  const rows = await db.$queryRaw<StoredChange[]>`
    SELECT ${Prisma.raw(STORED_COLUMNS)} FROM ${entriesOf(asked)}
    WHERE ${isAsked(asked)}
      ${above === null ? Prisma.empty : Prisma.sql`AND change.seq > ${above}`}
      ${below === null ? Prisma.empty : Prisma.sql`AND change.seq < ${below}`}
    ORDER BY change.seq ${end === 'NEWEST' ? Prisma.sql`DESC` : Prisma.empty} LIMIT ${take}`;
  const show = entriesFor(asked.viewer);
  return rows.map((row) => {
    const entry = show(revive(row, followedRows.entities));
    if (!entry) throw new Error(`The database shows ${row.eventId} to a viewer who does not see it.`);
    return entry;
  });
}

/** Counts the requested entries, `COUNTED_AT_MOST` at most. */
export async function countEntries(db: PrismaClient, asked: AskedEntries): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (
      SELECT 1 FROM ${entriesOf(asked)} WHERE ${isAsked(asked)} LIMIT ${COUNTED_AT_MOST}) AS counted`;
  return row?.count ?? 0;
}

/** Finds the feed of a change; null if there is no such change. */
export async function feedOfChange(db: PrismaClient, eventId: string): Promise<string | null> {
  const change = await db.change.findFirst({ where: { eventId }, select: { feed: true } });
  return change?.feed ?? null;
}

/**
 * Selects the changes of the feed, or those of a part of it, with columns that say whether the viewer sees the row
 * before and after each, and whether it sees what an update changes.
 */
export function entriesOf(
  { viewer, feed }: Pick<AskedEntries, 'viewer' | 'feed'>,
  from = Prisma.sql`change`,
): Prisma.Sql {
  return Prisma.sql`(
    SELECT *,
      kind <> 'CREATED' AND ${seenBy(viewer, Prisma.sql`(image || before)`)} AS sees_before,
      kind <> 'DELETED' AND ${seenBy(viewer, Prisma.sql`image`)} AS sees_after,
      ${showsUpdateTo(viewer)} AS shows_update
    FROM ${from} WHERE feed = ${feed}::uuid AND seq IS NOT NULL
  ) AS change`;
}

function seenBy(viewer: Viewer, row: Prisma.Sql): Prisma.Sql {
  const sights = followedRows
    .for(viewer)
    .map(
      ({ entity, visibleTo }) =>
        Prisma.sql`(entity = ${entity.name} AND ${toSqlWhere(visibleTo(viewer), columnsOfImage(row))})`,
    );
  return sights.length > 0 ? Prisma.join(sights, ' OR ', '(', ')') : Prisma.sql`FALSE`;
}

function showsUpdateTo(viewer: Viewer): Prisma.Sql {
  const image = Prisma.sql`image`;
  const sights = followedRows.for(viewer).map(({ entity, visibleTo, viewFor }) => {
    const isVisible = toSqlWhere(visibleTo(viewer), columnsOfImage(image));
    const view = viewFor?.(viewer);
    const isMoved = view
      ? Prisma.sql`${versionIn(image, view)} IS DISTINCT FROM ${versionIn(Prisma.sql`(image || before)`, view)}`
      : Prisma.sql`TRUE`;
    return Prisma.sql`(entity = ${entity.name} AND ${isVisible} AND ${isMoved})`;
  });
  return sights.length > 0 ? Prisma.join(sights, ' OR ', '(', ')') : Prisma.sql`FALSE`;
}

/** Images from before a view existed have only the version of the row. */
function versionIn(row: Prisma.Sql, { version }: PartialView<EntityRow>): Prisma.Sql {
  return Prisma.sql`coalesce(${row} ->> ${version}::text, ${row} ->> 'version')`;
}

export function isAsked({ viewer, wanted }: AskedEntries): Prisma.Sql {
  return Prisma.sql`(sees_before OR sees_after)
    AND (sees_before AND sees_after AND shows_update IS NOT TRUE) IS NOT TRUE
    AND ${toSqlWhere(wanted, columnsFor(viewer))}`;
}

/** The SQL of the values that filters test, each in its JSON form. */
export const FILTERED: Readonly<Record<keyof FilteredEntry, Prisma.Sql>> = {
  id: Prisma.sql`event_id::text`,
  actorId: Prisma.sql`actor_id::text`,
  actorKind: Prisma.sql`actor_kind::text`,
  entity: Prisma.sql`entity`,
  entityId: Prisma.sql`entity_id::text`,
  action: Prisma.sql`CASE WHEN sees_before AND sees_after THEN 'UPDATED' WHEN sees_after THEN 'CREATED' ELSE 'DELETED' END`,
  requestId: Prisma.sql`request_id`,
  occurredAt: Prisma.sql`to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
};

const KNOWN_ACTOR = Prisma.sql`CASE WHEN NOT actor_of_platform THEN actor_id::text END`;

function columnsFor(viewer: Viewer): ReadColumns {
  const filtered = isHiddenFrom(viewer, { isOfPlatform: true })
    ? { ...FILTERED, actorId: KNOWN_ACTOR }
    : FILTERED;
  return {
    text: (column) => filtered[column as keyof FilteredEntry],
    json: (column) => Prisma.sql`to_jsonb(${filtered[column as keyof FilteredEntry]})`,
  };
}
