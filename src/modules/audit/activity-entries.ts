import type { GraphQLSchema } from 'graphql';
import { STORED_COLUMNS } from '../../changes/change-log.ts';
import { revive, type StoredChange } from '../../changes/stored-change.ts';
import { isCustomerRole, isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import { columnsOfImage, toSqlWhere } from '../../db/sql-where.ts';
import { Prisma, type PrismaClient } from '../../generated/prisma/client.ts';
import type { Count } from '../../graph/pages/count.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';
import { UNSAID, wordsFor } from './activity-catalogue.ts';
import { type CustomerTest, inSql } from './activity-customer.ts';
import { type ActivityEntry, activitiesFor, SPAN_MS } from './activity-entry.ts';
import { type AskedEntries, entriesOf, FILTERED, isAsked, type SeqRange } from './audit-entries.ts';

/** The viewer, the feed, the filter and the customer of a request for activities. */
export interface AskedActivities extends AskedEntries {
  /** Null: those of all customers. */
  readonly customer: CustomerTest | null;
  readonly schema: GraphQLSchema;
}

/** The later changes of the same entity among which the next item of a bulk job is looked for. */
const LOOKED_AT = 1_000;
/** The most changes that an entry counts. */
const MAX_COUNT = 10_000;
/** The changes of the feed that one page, or a count, looks at. */
const MAX_LOOKED_AT = 10_000;

// An entry is shown at its latest change that the viewer sees. Whether a change is the latest one is asked of the index of
// its row, or of a bounded number of later changes for the items of a bulk job. A page looks at a bounded number of changes,
// so it costs no more where the viewer sees few of them: then it is shorter and says where it ends. What the viewer does not
// see neither hides an entry nor counts in it.

/** The entries of a page, and where it ends if there may be more after all that it has looked at. */
export interface ReadActivities {
  readonly entries: readonly ActivityEntry[];
  readonly lookedUpTo: number | null;
}

/** Reads entries from one end of a range of the feed, with the number of changes of each: two statements. */
export async function readActivities(
  db: PrismaClient,
  asked: AskedActivities,
  range: SeqRange,
): Promise<ReadActivities> {
  const edge = await edgeOf(db, asked, range);
  const entries = await entriesIn(db, asked, edge === null ? range : upTo(range, edge));
  return { entries, lookedUpTo: entries.length < range.take ? edge : null };
}

/** The last change that a page of the range looks at; null if it can look at all. */
async function edgeOf(db: PrismaClient, { feed }: AskedActivities, range: SeqRange): Promise<number | null> {
  const [edge] = await db.$queryRaw<{ seq: bigint }[]>`
    SELECT seq FROM change WHERE feed = ${feed}::uuid AND seq IS NOT NULL ${within(range)}
    OFFSET ${MAX_LOOKED_AT - 1} LIMIT 1`;
  return edge ? Number(edge.seq) : null;
}

/** The part of a range up to a change, which belongs to it. */
function upTo(range: SeqRange, edge: number): SeqRange {
  return range.end === 'NEWEST' ? { ...range, above: edge - 1 } : { ...range, below: edge + 1 };
}

async function entriesIn(
  db: PrismaClient,
  asked: AskedActivities,
  range: SeqRange,
): Promise<readonly ActivityEntry[]> {
  const order = orderOf(range.end);
  const rows = await db.$queryRaw<(StoredChange & { count: number; firstAt: Date })[]>`
    SELECT ${Prisma.raw(STORED_COLUMNS)}, counted.*
    FROM (
      SELECT heads.* FROM (${headsOf(asked, range)}) AS heads ORDER BY heads.seq ${order} LIMIT ${range.take}
    ) AS head, LATERAL (
      SELECT count(*)::int AS "count", min(at) AS "firstAt" FROM (
        SELECT same.occurred_at AS at FROM (${saidOf(asked, { from: nextToHead(asked, 'BEFORE') })}) AS same
        WHERE ${isSame('same')} LIMIT ${MAX_COUNT}
      ) AS changes
    ) AS counted
    ORDER BY head.seq ${order}`;
  const show = activitiesFor(asked.viewer, asked.schema);
  return rows.map(({ count, firstAt, ...row }) => {
    const shown = show(revive(row, followedRows.entities));
    if (!shown) throw new Error(`The database shows ${row.eventId} to a viewer who does not see it.`);
    return { ...shown, count, firstAt };
  });
}

/** Counts the requested entries among the latest changes, as many as a page looks at. */
export async function countActivities(db: PrismaClient, asked: AskedActivities): Promise<Count> {
  const all: SeqRange = { above: null, below: null, take: MAX_LOOKED_AT, end: 'NEWEST' };
  const edge = await edgeOf(db, asked, all);
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM (${headsOf(asked, edge === null ? all : upTo(all, edge))}) AS heads`;
  return { count: row?.count ?? 0, isEstimate: edge !== null };
}

/** Selects the requested changes of a range after which none of the same entry is visible to the viewer. */
function headsOf(asked: AskedActivities, range: SeqRange): Prisma.Sql {
  return Prisma.sql`
    SELECT head.* FROM (${saidOf(asked, { range })}) AS head
    LEFT JOIN LATERAL (
      SELECT TRUE AS is_there FROM (${saidOf(asked, { from: nextToHead(asked, 'AFTER') })}) AS later
      WHERE ${isSame('later')} LIMIT 1
    ) AS later ON TRUE
    WHERE later.is_there IS NULL`;
}

/**
 * The changes that can be of the entry of `head`: those of its row in the same span, or of its job among some of its
 * entity. Itself is one of those before it.
 */
function nextToHead({ feed }: AskedActivities, side: 'BEFORE' | 'AFTER'): Prisma.Sql {
  const isAfter = side === 'AFTER';
  const [beyond, order] = isAfter ? [Prisma.sql`>`, Prisma.empty] : [Prisma.sql`<=`, Prisma.sql`DESC`];
  return Prisma.sql`(
    SELECT * FROM (
    (SELECT * FROM change
     WHERE head.job IS NULL AND entity = head.entity AND entity_id = head.entity_id AND feed = ${feed}::uuid
       AND seq ${beyond} head.seq AND concerns ->> 'job' IS NULL AND ${SPAN} = head.span)
    UNION ALL
    (SELECT * FROM (
       SELECT * FROM change
       WHERE head.job IS NOT NULL AND feed = ${feed}::uuid AND entity = head.entity AND seq ${beyond} head.seq
       ORDER BY change.seq ${order} LIMIT ${isAfter ? LOOKED_AT : 2 * MAX_COUNT}
     ) AS near WHERE concerns ->> 'job' = head.job)
    ) AS parts OFFSET 0
  ) AS of_entry`;
}

/** The number of the span in which a change was made. */
const SPAN = Prisma.sql`floor(extract(epoch FROM occurred_at) * 1000 / ${SPAN_MS})`;

/**
 * Selects the requested changes of which the feed tells, with what tells entries apart; in the order of the range, if there
 * is one. OFFSET 0 keeps the planner from writing the conditions of every entity out wherever a column of them is used.
 */
function saidOf(
  asked: AskedActivities,
  { from, range }: { from?: Prisma.Sql; range?: SeqRange } = {},
): Prisma.Sql {
  const { viewer, schema, customer } = asked;
  return Prisma.sql`
    SELECT *, concerns ->> 'job' AS job, ${keyOf(viewer, schema)} AS said, ${knownActor(viewer)} AS known_actor,
      ${SPAN} AS span
    FROM (
      SELECT * FROM ${entriesOf(asked, from)}
      WHERE ${isAsked(asked)} AND entity <> ALL (${Object.keys(UNSAID)})
        ${customer ? Prisma.sql`AND ${inSql(customer)}` : Prisma.empty}
        ${range ? within(range) : Prisma.empty} OFFSET 0
    ) AS seen`;
}

function within({ above, below, end }: SeqRange): Prisma.Sql {
  return Prisma.sql`
    ${above === null ? Prisma.empty : Prisma.sql`AND seq > ${above}`}
    ${below === null ? Prisma.empty : Prisma.sql`AND seq < ${below}`}
    ORDER BY change.seq ${orderOf(end)}`;
}

function orderOf(end: SeqRange['end']): Prisma.Sql {
  return end === 'NEWEST' ? Prisma.sql`DESC` : Prisma.empty;
}

/** The words of a change, as `activitiesFor` chooses them. */
function keyOf(viewer: Viewer, schema: GraphQLSchema): Prisma.Sql {
  const image = columnsOfImage(Prisma.sql`image`);
  const imageBefore = columnsOfImage(Prisma.sql`(image || before)`);
  const cases = wordsFor(viewer, schema).map(
    ({ key, entity, becomes }) =>
      Prisma.sql`WHEN sees_before AND sees_after AND entity = ${entity.name} AND ${toSqlWhere(becomes, image)}
        AND (${toSqlWhere(becomes, imageBefore)}) IS NOT TRUE THEN ${key}::text`,
  );
  const ordinary = Prisma.sql`entity || ${FILTERED.action}`;
  return cases.length > 0
    ? Prisma.sql`CASE ${Prisma.join(cases, ' ')} ELSE ${ordinary} END`
    : Prisma.sql`(${ordinary})`;
}

function knownActor({ role, userId }: Viewer): Prisma.Sql {
  if (isCustomerRole(role)) return Prisma.sql`CASE WHEN actor_id = ${userId}::uuid THEN actor_id END`;
  return isPlatformRole(role)
    ? Prisma.sql`actor_id`
    : Prisma.sql`CASE WHEN NOT actor_of_platform THEN actor_id END`;
}

function isSame(other: string): Prisma.Sql {
  const [one, head] = [Prisma.raw(other), Prisma.raw('head')];
  return Prisma.sql`${one}.said = ${head}.said AND ${one}.actor_kind = ${head}.actor_kind
    AND ${one}.actor_of_platform = ${head}.actor_of_platform
    AND ${one}.known_actor IS NOT DISTINCT FROM ${head}.known_actor`;
}
