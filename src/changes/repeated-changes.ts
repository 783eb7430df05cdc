import { v7 as uuidv7 } from 'uuid';
import type { Change } from '../core/rows/change.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { ChangeLog } from './change-log.ts';
import type { WakeUps } from './wake-ups.ts';

/** The dependencies of what writes changes into the feeds of tenants. */
export interface RepeatParts {
  readonly prisma: PrismaClient;
  readonly changeLog: ChangeLog;
  readonly wakeUps: WakeUps;
}

/** An entry of a feed before it is inserted; its actor, request and time are those of the change that caused it. */
export interface NewEntry {
  readonly eventId: string;
  readonly kind: 'CREATED' | 'DELETED';
  readonly entity: string;
  readonly entityId: string;
  readonly entityVersion: number;
  readonly image: object;
  readonly before: object;
  /** Equal for equal entries: the feed takes each one once. */
  readonly projectionOf: string;
}

interface Written {
  readonly id: string;
}

/** The author of a change as other tenants learn of it. */
const ELSEWHERE = 'A user of another tenant';

/**
 * Repeats changes, which are in the order of their feed, in the feed of a tenant: those that are not in it yet, in one
 * transaction, and so in their order. A user of another tenant can have caused one, e.g. by deleting a user who is a
 * member of a shared team: who it was stays in the feed that the change belongs to.
 */
export async function repeatChanges(
  parts: RepeatParts,
  changes: readonly Change[],
  feed: string,
): Promise<void> {
  const originals = changes.map(({ eventId }) => eventId);
  const copies = originals.map(() => uuidv7());
  const written = await parts.prisma.$queryRaw<Written[]>`
    INSERT INTO change (
      feed, event_id, kind, entity, entity_id, entity_version, image, before, projection_of,
      actor_kind, actor_id, actor_name, actor_of_platform, request_id, ip, occurred_at)
    SELECT ${feed}::uuid, copy.id, kind, entity, entity_id, entity_version, image, before, event_id, actor_kind,
      CASE WHEN NOT is_elsewhere THEN actor_id END, CASE WHEN is_elsewhere THEN ${ELSEWHERE} ELSE actor_name END,
      actor_of_platform, CASE WHEN NOT is_elsewhere THEN request_id END, CASE WHEN NOT is_elsewhere THEN ip END,
      occurred_at
    FROM unnest(${originals}::uuid[], ${copies}::uuid[]) AS copy (of, id) JOIN change ON event_id = copy.of
      LEFT JOIN "user" AS author ON author.id = actor_id,
      LATERAL (SELECT actor_kind = 'USER' AND NOT actor_of_platform AND (
        author.id IS NULL OR coalesce(author.tenant_id <> ${feed}::uuid, FALSE)) AS is_elsewhere) AS known
    ORDER BY change.seq
    ON CONFLICT (feed, projection_of) WHERE projection_of IS NOT NULL DO NOTHING
    RETURNING event_id AS id`;
  await announce(parts, feed, written);
}

/** Writes entries that are not in the feed yet, in one transaction and in their order. */
export async function writeEntries(
  parts: RepeatParts,
  entries: readonly NewEntry[],
  { feed, cause }: { readonly feed: string; readonly cause: Change },
): Promise<void> {
  const written = await parts.prisma.$queryRaw<Written[]>`
    INSERT INTO change (
      feed, event_id, kind, entity, entity_id, entity_version, image, before, projection_of,
      actor_kind, actor_id, actor_name, actor_of_platform, request_id, ip, occurred_at)
    SELECT ${feed}::uuid, "eventId", entry.kind, entry.entity, "entityId", "entityVersion", entry.image, entry.before,
      "projectionOf", actor_kind, actor_id, actor_name, actor_of_platform, request_id, ip, occurred_at
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) AS (
        "eventId" uuid, kind change_kind, entity text, "entityId" uuid, "entityVersion" int, image jsonb, before jsonb,
        "projectionOf" uuid)) WITH ORDINALITY AS entry,
      change WHERE change.event_id = ${cause.eventId}::uuid
    ORDER BY entry.ordinality
    ON CONFLICT (feed, projection_of) WHERE projection_of IS NOT NULL DO NOTHING
    RETURNING event_id AS id`;
  await announce(parts, feed, written);
}

async function announce({ changeLog, wakeUps }: RepeatParts, feed: string, written: readonly Written[]) {
  if (written.length === 0) return;
  const stored = await changeLog.stored(written.map(({ id }) => id));
  wakeUps.send(feed, await changeLog.epochOf(feed), stored);
}
