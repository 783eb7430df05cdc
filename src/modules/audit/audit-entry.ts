import type { Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Actor, isHiddenFrom } from '../../core/rows/actor.ts';
import { type Change, type EntityRow, rowAfter, rowBefore } from '../../core/rows/change.ts';
import { followedRows } from '../../graph/events/followed-rows.ts';

export type AuditAction = 'CREATED' | 'UPDATED' | 'DELETED';

/** A change for one viewer: a row that becomes visible counts as created, one that is no longer visible as deleted. */
export interface AuditEntry {
  /** The id of the change. */
  readonly id: string;
  readonly change: Change;
  readonly action: AuditAction;
  /** The user who made it; null for the system, and for an actor that is hidden from the viewer. */
  readonly actorId: string | null;
  /** The network address of the request; null likewise, or if no request made it. */
  readonly ip: string | null;
  /** The GraphQL type of the row for the viewer. */
  readonly typeName: string;
  /** The row before the change; null if it did not exist or was not visible. */
  readonly before: EntityRow | null;
  /** The row after the change; null if it does not exist or is not visible. */
  readonly after: EntityRow | null;
}

/** The values of an entry that a filter can test. */
export interface FilteredEntry {
  readonly id: string;
  readonly actorId: string | null;
  readonly actorKind: Actor['kind'];
  readonly entity: string;
  readonly entityId: string;
  readonly action: AuditAction;
  readonly requestId: string | null;
  readonly occurredAt: Date;
}

/** Returns a function that turns changes into the entries of a viewer; null for a change that is not visible. */
export function entriesFor(viewer: Viewer): (change: Change) => AuditEntry | null {
  const sights = followedRows.for(viewer).map(({ entity, type, visibleTo }) => ({
    entity: entity.name,
    typeName: type,
    visible: visibleTo(viewer),
  }));
  return (change) => {
    const ofEntity = sights.filter(({ entity }) => entity === change.entity);
    const typeOf = (row: EntityRow | null) =>
      row && ofEntity.find(({ visible }) => matches(visible, row))?.typeName;
    const [before, after] = [rowBefore(change), rowAfter(change)];
    const [typeBefore, typeAfter] = [typeOf(before), typeOf(after)];
    const typeName = typeAfter ?? typeBefore;
    if (!typeName) return null;
    return {
      id: change.eventId,
      change,
      action: actionOf(Boolean(typeBefore), Boolean(typeAfter)),
      ...(isHiddenFrom(viewer, change.actor) ? NO_ACTOR : { actorId: change.actor.id, ip: change.ip }),
      typeName,
      before: typeBefore ? before : null,
      after: typeAfter ? after : null,
    };
  };
}

const NO_ACTOR = { actorId: null, ip: null };

function actionOf(wasSeen: boolean, isSeen: boolean): AuditAction {
  if (wasSeen && isSeen) return 'UPDATED';
  return isSeen ? 'CREATED' : 'DELETED';
}

/** Returns the values of an entry that a filter can test. */
export function filteredEntry({ id, action, actorId, change }: AuditEntry): FilteredEntry {
  const { actor, entity, entityId, requestId, occurredAt } = change;
  return { id, actorId, actorKind: actor.kind, entity, entityId, action, requestId, occurredAt };
}
