import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { type Change, type EntityRow, rowAfter, rowBefore } from '../core/rows/change.ts';
import { columnNamesOf } from '../core/rows/models.ts';
import { STORED_COLUMNS } from './change-log.ts';
import { noteJoining, noteLeaving } from './feed-members.ts';
import { type NewEntry, type RepeatParts, writeEntries } from './repeated-changes.ts';
import { type SharedImage, type SharedRow, sharedEntities, sharedRowsAt } from './shared-rows.ts';
import { type Entities, revive, type StoredChange } from './stored-change.ts';

/** The entries of one transaction: the head of the tenant's feed is locked while it commits. */
const BATCH = 100;

/** The dependencies of joining and leaving. */
export interface MembershipParts extends RepeatParts {
  readonly entities: Entities;
}

/** Tells whether by this change of its feed a tenant joins or leaves the organization of the feed. */
export function stepOfMembership(change: Change, entities: Entities): 'JOINS' | 'LEAVES' | null {
  const { sharesIn } = entities.get(change.entity) ?? {};
  if (!sharesIn) return null;
  const belongs = (row: EntityRow | null) => row !== null && sharesIn(row) === change.feed;
  const [did, does] = [belongs(rowBefore(change)), belongs(rowAfter(change))];
  if (did === does) return null;
  return does ? 'JOINS' : 'LEAVES';
}

/** Creates in the feed of a tenant, for its subscriptions, all rows that the organization shares at its joining. */
export async function join(parts: MembershipParts, change: Change): Promise<void> {
  const rows = await sharedRowsAt(parts.prisma, parts.entities, change);
  await writeAll(
    parts,
    change,
    rows.map((shared) => entryOf(change, 'CREATED', shared, {})),
  );
  await noteJoining(parts.prisma, change.feed, change.entityId, change.seq);
}

/**
 * Deletes in the feed of a tenant all rows that the organization shares at its leaving. Each entry has the row as one of
 * the tenant's own (`rowLost`), because from the tenant's own change on its viewers see nothing of the organization. A
 * deleted tenant has no viewers.
 */
export async function leave(parts: MembershipParts, change: Change): Promise<void> {
  if (rowAfter(change)) {
    const shared = await sharedRowsAt(parts.prisma, parts.entities, change);
    const rows = [...(await deletedUnseen(parts, change)), ...shared.toReversed()];
    await writeAll(
      parts,
      change,
      rows.map(({ entity, row }) =>
        entryOf(
          change,
          'DELETED',
          { entity, row: { ...row, tenantId: change.entityId } },
          { tenantId: null },
        ),
      ),
    );
  }
  await noteLeaving(parts.prisma, change.feed, change.entityId, change.seq);
}

/**
 * The rows whose deletion is in the tenant's feed: a client that resumes after the leaving cannot see that deletion any
 * more, whether it came before the tenant's change or after it.
 */
async function deletedUnseen({ prisma, entities }: MembershipParts, change: Change): Promise<SharedRow[]> {
  const shared = sharedEntities(entities);
  const stored = await prisma.$queryRawUnsafe<StoredChange[]>(
    `SELECT ${STORED_COLUMNS} FROM change
     WHERE feed = $2::uuid AND kind = 'DELETED' AND seq < $3 AND entity = ANY($4::text[]) AND EXISTS (
       SELECT FROM change AS copy WHERE copy.feed = $1::uuid AND copy.projection_of = change.event_id
     )
     ORDER BY change.seq`,
    change.entityId,
    change.feed,
    change.seq,
    shared.map(({ name }) => name),
  );
  return stored.flatMap((row) => {
    const entity = entities.get(row.entity);
    return entity ? [{ entity, row: revive(row, entities).image as SharedImage }] : [];
  });
}

function entryOf(
  cause: Change,
  kind: NewEntry['kind'],
  { entity, row }: SharedRow,
  before: object,
): NewEntry {
  const columns = columnNamesOf(entity.name);
  return {
    eventId: uuidv7(),
    kind,
    entity: entity.name,
    entityId: row.id,
    entityVersion: row.version,
    image: Object.fromEntries(Object.entries(row).filter(([column]) => columns.includes(column))),
    before,
    projectionOf: uuidv5(`${entity.name}/${row.id}`, cause.eventId),
  };
}

async function writeAll(parts: MembershipParts, cause: Change, entries: readonly NewEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += BATCH) {
    await writeEntries(parts, entries.slice(from, from + BATCH), { feed: cause.entityId, cause });
  }
}
