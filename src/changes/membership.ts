import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { type Change, type EntityRow, rowAfter, rowBefore } from '../core/rows/change.ts';
import { columnNamesOf } from '../core/rows/models.ts';
import { deletedRows } from './deleted-rows.ts';
import { noteJoining, noteLeaving } from './feed-members.ts';
import { type NewEntry, type RepeatParts, writeEntries } from './repeated-changes.ts';
import { type SharedRow, sharedRowsAt } from './shared-rows.ts';
import type { Entities } from './stored-change.ts';

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

/**
 * Creates in the feed of a tenant, for its subscriptions, all rows that the organization shares at its joining. It yields
 * after each transaction, so that a node that stops ends there; the next one continues, because what is written is not
 * written again.
 */
export async function* join(parts: MembershipParts, change: Change): AsyncGenerator<void> {
  for await (const page of sharedRowsAt(parts.prisma, parts.entities, change, 'ASC')) {
    const entries = page.map((shared) => entryOf(change, 'CREATED', shared, {}));
    await writeEntries(parts, entries, { feed: change.entityId, cause: change });
    yield;
  }
  await noteJoining(parts.prisma, change.feed, change.entityId, change.seq);
}

/**
 * Deletes in the feed of a tenant all rows that the organization shares at its leaving, and yields like `join`. Each
 * entry has the row as one of the tenant's own (`rowLost`), because from the tenant's own change on its viewers see
 * nothing of the organization. A deleted tenant has no viewers.
 */
export async function* leave(parts: MembershipParts, change: Change): AsyncGenerator<void> {
  const tenantId = change.entityId;
  for await (const page of rowAfter(change) ? lostRows(parts, change) : []) {
    const entries = page.map(({ entity, row }) =>
      entryOf(change, 'DELETED', { entity, row: { ...row, tenantId } }, { tenantId: null }),
    );
    await writeEntries(parts, entries, { feed: tenantId, cause: change });
    yield;
  }
  await noteLeaving(parts.prisma, change.feed, tenantId, change.seq);
}

/**
 * First the rows whose deletion is in the tenant's feed: a client that resumes after the leaving cannot see that
 * deletion any more, whether it came before the tenant's change or after it.
 */
async function* lostRows({ prisma, entities }: MembershipParts, change: Change): AsyncGenerator<SharedRow[]> {
  const { feed, entityId, seq } = change;
  yield* deletedRows(prisma, entities, { from: feed, to: entityId, until: seq });
  yield* sharedRowsAt(prisma, entities, change, 'DESC');
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
