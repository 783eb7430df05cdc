import type { Change, Entity, EntityRow, RightsChange } from '../core/change.ts';
import type { ActorKind, ChangeKind } from '../generated/prisma/enums.ts';

/** A change as it travels: a row of the log or a part of an announcement. Numbers and times are texts. */
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
  readonly rights: RightsChange | null;
  readonly actorKind: ActorKind;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly occurredAt: string | Date;
}

/** Entities by name: what a reader needs to make rows of images again. */
export type Entities = ReadonlyMap<string, Entity>;

/** Makes a change of its stored form, with times as Dates where the entity has times. */
export function revive(stored: StoredChange, entities: Entities): Change {
  const times = (entities.get(stored.entity)?.times ?? []) as readonly string[];
  return {
    feed: stored.feed,
    seq: Number(stored.seq),
    eventId: stored.eventId,
    kind: stored.kind,
    entity: stored.entity,
    entityId: stored.entityId,
    entityVersion: stored.entityVersion,
    image: withTimes(stored.image, times) as unknown as EntityRow,
    before: withTimes(stored.before, times),
    rights: stored.rights,
    actor: { kind: stored.actorKind, id: stored.actorId, name: stored.actorName },
    requestId: stored.requestId,
    ip: stored.ip,
    occurredAt: new Date(stored.occurredAt),
  };
}

function withTimes(image: Record<string, unknown>, times: readonly string[]): Record<string, unknown> {
  const revived = { ...image };
  for (const column of times) {
    const text = revived[column];
    if (typeof text === 'string') revived[column] = new Date(text);
  }
  return revived;
}
