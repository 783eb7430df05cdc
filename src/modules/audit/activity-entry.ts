import type { GraphQLSchema } from 'graphql';
import { v5 as uuidv5 } from 'uuid';
import { isCustomerRole, type Viewer } from '../../core/rights/viewer.ts';
import { matches } from '../../core/rights/where.ts';
import { type Actor, isHiddenFrom } from '../../core/rows/actor.ts';
import type { Change } from '../../core/rows/change.ts';
import { readableFields } from '../../graph/schema/field-access.ts';
import { nameColumnOf, ordinaryKey, UNSAID, wordsFor } from './activity-catalogue.ts';
import { type AuditEntry, entriesFor } from './audit-entry.ts';

/** The span in which equal steps of one row by one actor are one entry. */
export const SPAN_MS = 15 * 60_000;

/** The name space of the ids of entries. */
const ENTRIES = '6f0d7c52-6c0e-5b4e-9f0e-2f3a1c7d9b11';

/** An entry of the activity feed as one viewer sees it: the latest change, and the number of those that it stands for. */
export interface ActivityEntry {
  /** Equal for the changes of one entry. */
  readonly id: string;
  readonly key: string;
  /** The name of the row; null if it has none, or the viewer may not read it, or the entry is about many rows. */
  readonly name: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly entry: AuditEntry;
}

/**
 * Returns a function that turns changes into the entries of a viewer, each for itself; null for a change of which the
 * viewer receives nothing. An actor that is hidden from the viewer does not tell entries apart.
 */
export function activitiesFor(
  viewer: Viewer,
  schema: GraphQLSchema,
): (change: Change) => ActivityEntry | null {
  const show = entriesFor(viewer);
  const words = wordsFor(viewer, schema);
  return (change) => {
    const entry = change.entity in UNSAID ? null : show(change);
    if (!entry) return null;
    const key = keyOf(entry, words);
    return {
      id: idOf(entry, key, viewer),
      key,
      name: nameIn(entry, viewer, schema),
      count: 1,
      firstAt: change.occurredAt,
      entry,
    };
  };
}

function keyOf({ action, change, before, after }: AuditEntry, words: ReturnType<typeof wordsFor>): string {
  const said =
    action === 'UPDATED' && before && after
      ? words.find(
          ({ entity, becomes }) =>
            entity.name === change.entity && matches(becomes, after) && !matches(becomes, before),
        )
      : undefined;
  return said?.key ?? ordinaryKey(change.entity, action);
}

function idOf({ change }: AuditEntry, key: string, viewer: Viewer): string {
  const { feed, entityId, occurredAt, jobId, actor } = change;
  const about = jobId ?? [entityId, Math.floor(occurredAt.getTime() / SPAN_MS)];
  return uuidv5(
    JSON.stringify([feed, key, about, actor.kind, actor.isOfPlatform, knownActor(viewer, actor)]),
    ENTRIES,
  );
}

/** The id of the actor, if the viewer may know it. */
function knownActor(viewer: Viewer, actor: Actor): string | null {
  if (isHiddenFrom(viewer, actor)) return null;
  return isCustomerRole(viewer.role) && actor.id !== viewer.userId ? null : actor.id;
}

function nameIn({ change, typeName, before, after }: AuditEntry, viewer: Viewer, schema: GraphQLSchema) {
  const column = nameColumnOf(change.entity);
  const row = after ?? before;
  if (!column || !row || change.jobId) return null;
  if (readableFields(schema, typeName, viewer, [column], row).length === 0) return null;
  const name = (row as unknown as Record<string, unknown>)[column];
  return typeof name === 'string' ? name : null;
}
