import type { Change, Entity, EntityRow, RightsChange } from '../core/rows/change.ts';
import { timeColumnsOf } from '../core/rows/models.ts';
import type { ActorKind, ChangeKind } from '../generated/prisma/enums.ts';

/** A change in stored form, as in the log and in wake-ups. Numbers and times are texts. */
export interface StoredChange {
  readonly feed: string;
  readonly seq: string;
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: string;
  readonly entityId: string;
  readonly entityVersion: number;
  readonly image: Record<string, unknown>;
  readonly before: Record<string, unknown>;
  /** The bulk job of which it is a part; absent or null: of none. */
  readonly jobId?: string | null;
  readonly rights: RightsChange | null;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly actorOfPlatform: boolean;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly occurredAt: string | Date;
}

/** Entities by name. Readers need them to turn images into rows. */
export type Entities = ReadonlyMap<string, Entity>;

/** Turns a stored change into a change: with today's names of columns, and with Dates in those that hold times. */
export function revive(stored: StoredChange, entities: Entities): Change {
  const entity = entities.get(stored.entity);
  return {
    feed: stored.feed,
    seq: Number(stored.seq),
    eventId: stored.eventId,
    kind: stored.kind,
    entity: stored.entity,
    entityId: stored.entityId,
    entityVersion: stored.entityVersion,
    image: imageOf(stored.image, entity),
    before: columnsOf(stored.before, entity),
    ...(stored.jobId && { jobId: stored.jobId }),
    rights: stored.rights,
    actor: {
      kind: stored.actorKind,
      id: stored.actorId,
      name: stored.actorName,
      isOfPlatform: stored.actorOfPlatform,
    },
    requestId: stored.requestId,
    ip: stored.ip,
    occurredAt: new Date(stored.occurredAt),
  };
}

/** An image from before a migration has the columns that came later, too: a client may select them. */
function imageOf(stored: Record<string, unknown>, entity: Entity | undefined): EntityRow {
  const image = columnsOf(stored, entity) as unknown as EntityRow;
  return entity?.laterColumns ? { ...entity.laterColumns(image as never), ...image } : image;
}

function columnsOf(image: Record<string, unknown>, entity: Entity | undefined): Record<string, unknown> {
  if (!entity) return image;
  const revived = { ...image };
  for (const [former, column] of Object.entries(entity.formerNames ?? {})) {
    if (!(former in revived)) continue;
    revived[column] = revived[former];
    delete revived[former];
  }
  for (const column of timeColumnsOf(entity.name)) {
    const text = revived[column];
    if (typeof text === 'string') revived[column] = new Date(text);
  }
  return revived;
}
