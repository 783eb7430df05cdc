import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import { type Actor, isHiddenFrom } from '../../core/rows/actor.ts';
import { type Change, type EntityRow, rowAfter, rowBefore } from '../../core/rows/change.ts';
import { isBeyondView, type PartialView, versionOfView } from '../../core/rows/partial-view.ts';
import { followedRows } from '../../graph/rows/followed-rows.ts';

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
  /** The version of the row after the change, or of the part of it that the viewer sees. */
  readonly entityVersion: number;
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

/** The rows of an entity that a viewer sees, and as which type. */
interface Sight {
  readonly entity: string;
  readonly typeName: string;
  readonly visible: Where<EntityRow>;
  readonly view: PartialView<EntityRow> | undefined;
}

/**
 * Returns a function that turns changes into the entries of a viewer; null for a change that is not visible, and for an
 * update beyond the part of the row that the viewer sees.
 */
export function entriesFor(viewer: Viewer): (change: Change) => AuditEntry | null {
  const sights = followedRows.for(viewer).map(
    ({ entity, type, visibleTo, viewFor }): Sight => ({
      entity: entity.name,
      typeName: type,
      visible: visibleTo(viewer),
      view: viewFor?.(viewer),
    }),
  );
  return (change) => {
    const ofEntity = sights.filter(({ entity }) => entity === change.entity);
    const sightOf = (row: EntityRow | null) =>
      row ? ofEntity.find(({ visible }) => matches(visible, row)) : undefined;
    const [before, after] = [rowBefore(change), rowAfter(change)];
    const [sightBefore, sightAfter] = [sightOf(before), sightOf(after)];
    const sight = sightAfter ?? sightBefore;
    if (!sight) return null;
    const isUpdate = sightBefore !== undefined && sightAfter !== undefined;
    if (isUpdate && !ofEntity.some((one) => showsUpdate(one, before, after))) return null;
    return {
      id: change.eventId,
      change,
      action: actionOf(sightBefore !== undefined, sightAfter !== undefined),
      ...(isHiddenFrom(viewer, change.actor) ? NO_ACTOR : { actorId: change.actor.id, ip: change.ip }),
      entityVersion: versionAfter(change, sight),
      typeName: sight.typeName,
      before: sightBefore ? before : null,
      after: sightAfter ? after : null,
    };
  };
}

function showsUpdate({ visible, view }: Sight, before: EntityRow | null, after: EntityRow | null): boolean {
  return before !== null && after !== null && matches(visible, after) && !isBeyondView(before, after, view);
}

/** A deletion has the version after that of its image. */
function versionAfter({ entityVersion, image }: Change, { view }: Sight): number {
  return versionOfView(image, view) + entityVersion - image.version;
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
