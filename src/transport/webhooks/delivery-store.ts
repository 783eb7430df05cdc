import { v7 as uuidv7 } from 'uuid';
import { Prisma, type PrismaClient, type WebhookDelivery } from '../../generated/prisma/client.ts';
import type { WebhookDeliveryKind, WebhookDeliveryStatus } from '../../generated/prisma/enums.ts';

// The statements of deliveries. Every time is that of the database's clock.

/** The time after which the webhooks of a lost node are free. A node renews its leases several times meanwhile. */
const LEASE_S = 10;
/** A request is over by then: longer than the client's limit of time. */
const CLAIM_S = 14;

/** The webhooks of an archived tenant rest, with their positions and deliveries. */
const NOT_ARCHIVED = Prisma.sql`
  NOT EXISTS (SELECT FROM tenant WHERE tenant.id = webhook.tenant_id AND tenant.status = 'ARCHIVED')`;

/** A webhook that this node reads for. */
export interface Leased {
  readonly webhookId: string;
  readonly version: number;
  /** Whether a delivery is due. */
  readonly isDue: boolean;
}

/**
 * Renews the leases of a node and takes webhooks that no node has; says which of them have something due. It waits for
 * rows of its own that are being written, as a lease that was left out would end the session.
 */
export async function leaseWebhooks(prisma: PrismaClient, nodeId: string, max: number): Promise<Leased[]> {
  return prisma.$queryRaw<Leased[]>`
    WITH renewed AS (
      UPDATE webhook_progress AS progress SET lease_until = now() + make_interval(secs => ${LEASE_S})
      FROM webhook
      WHERE webhook.id = progress.webhook_id AND webhook.status = 'ACTIVE' AND ${NOT_ARCHIVED} AND progress.lease_id = ${nodeId}::uuid
      RETURNING progress.webhook_id
    ), free AS (
      SELECT progress.webhook_id FROM webhook_progress AS progress
      JOIN webhook ON webhook.id = progress.webhook_id
      WHERE webhook.status = 'ACTIVE' AND ${NOT_ARCHIVED} AND progress.lease_until <= now()
        AND progress.lease_id IS DISTINCT FROM ${nodeId}::uuid
      ORDER BY progress.lease_until LIMIT greatest(${max} - (SELECT count(*) FROM renewed), 0)
      FOR UPDATE OF progress SKIP LOCKED
    ), taken AS (
      UPDATE webhook_progress SET lease_id = ${nodeId}::uuid, lease_until = now() + make_interval(secs => ${LEASE_S})
      WHERE webhook_id IN (SELECT webhook_id FROM free) RETURNING webhook_id
    )
    SELECT leased.webhook_id AS "webhookId", webhook.version, EXISTS (
      SELECT FROM webhook_delivery AS delivery
      WHERE delivery.webhook_id = leased.webhook_id AND delivery.status = 'PENDING'
        AND delivery.next_attempt_at <= now() AND coalesce(delivery.claimed_until, '-infinity') <= now()
    ) AS "isDue"
    FROM (SELECT webhook_id FROM renewed UNION ALL SELECT webhook_id FROM taken) AS leased
    JOIN webhook ON webhook.id = leased.webhook_id`;
}

/** Gives webhooks back, because the node stops reading for them. */
export async function releaseWebhooks(
  prisma: PrismaClient,
  nodeId: string,
  ids: readonly string[],
): Promise<void> {
  await prisma.$executeRaw`
    UPDATE webhook_progress SET lease_id = NULL, lease_until = now()
    WHERE lease_id = ${nodeId}::uuid AND webhook_id = ANY(${ids}::uuid[])`;
}

/** An event that is to be delivered. */
export interface NewDelivery {
  readonly kind: WebhookDeliveryKind;
  readonly eventId: string;
  readonly entityId: string | null;
  readonly type: string;
  readonly cursor: string;
  readonly place: number;
  readonly occurredAt: Date;
}

/**
 * Moves a webhook to a position, together with the deliveries of the events before it. An event that is read again, by a
 * replay, is due again. False if the node has lost the webhook, or its position was moved: then nothing is written.
 */
export async function advance(
  prisma: PrismaClient,
  { webhookId, nodeId, from, to }: { webhookId: string; nodeId: string; from: string; to: string },
  events: readonly NewDelivery[],
): Promise<boolean> {
  // The log lists deliveries by their ids, which grow.
  const numbered = events.map((event) => ({ ...event, id: uuidv7() }));
  const [row] = await prisma.$queryRaw<{ moved: number }[]>`
    WITH moved AS (
      UPDATE webhook_progress SET cursor = ${to}
      WHERE webhook_id = ${webhookId}::uuid AND lease_id = ${nodeId}::uuid AND cursor = ${from}
      RETURNING webhook_id
    ), kept AS (
      INSERT INTO webhook_delivery AS delivery
        (id, webhook_id, kind, event_id, entity_id, type, cursor, place, occurred_at)
      SELECT event.id, moved.webhook_id, event.kind::webhook_delivery_kind, event."eventId", event."entityId",
        event.type, event.cursor, event.place, event."occurredAt"
      FROM moved CROSS JOIN jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb) AS event
        (id uuid, kind text, "eventId" uuid, "entityId" uuid, type text, cursor text, place bigint, "occurredAt" timestamptz)
      ON CONFLICT (webhook_id, event_id) DO UPDATE SET status = 'PENDING', attempts = 0, next_attempt_at = now(),
        ended_at = NULL, replays = delivery.replays + 1
      WHERE delivery.status <> 'PENDING'
    )
    SELECT count(*)::int AS moved FROM moved`;
  return row?.moved === 1;
}

/** Counts the deliveries of a webhook that wait. */
export function countWaiting(prisma: PrismaClient, webhookId: string, max: number): Promise<number> {
  return prisma.webhookDelivery.count({ where: { webhookId, status: 'PENDING' }, take: max });
}

/** A delivery whose attempt may begin. */
export type Claimed = Pick<
  WebhookDelivery,
  'id' | 'kind' | 'eventId' | 'entityId' | 'type' | 'cursor' | 'occurredAt' | 'attempts' | 'hasGapBefore'
>;

/**
 * Claims deliveries that are due, the oldest first: one of each entity, and none after a reset that was not delivered.
 * Counts the attempt, so that one which ends the process is counted, too.
 */
export function claimDue(
  prisma: PrismaClient,
  { webhookId, version, nodeId }: { webhookId: string; version: number; nodeId: string },
  max: number,
): Promise<Claimed[]> {
  return prisma.$queryRaw<Claimed[]>`
    WITH due AS (
      SELECT delivery.id, delivery.place FROM webhook_delivery AS delivery
      JOIN webhook ON webhook.id = delivery.webhook_id
      JOIN webhook_progress AS progress ON progress.webhook_id = delivery.webhook_id
      WHERE delivery.webhook_id = ${webhookId}::uuid AND delivery.status = 'PENDING'
        AND webhook.status = 'ACTIVE' AND webhook.version = ${version} AND ${NOT_ARCHIVED}
        AND progress.lease_id = ${nodeId}::uuid AND progress.lease_until > now()
        AND delivery.next_attempt_at <= now() AND coalesce(delivery.claimed_until, '-infinity') <= now()
        AND NOT EXISTS (
          SELECT FROM webhook_delivery AS other
          WHERE other.webhook_id = delivery.webhook_id AND other.status = 'PENDING' AND other.id <> delivery.id
            AND (other.entity_id = delivery.entity_id OR other.kind = 'RESET')
            AND (other.place < delivery.place OR other.claimed_until > now())
        )
      ORDER BY delivery.place LIMIT ${max} FOR UPDATE OF delivery SKIP LOCKED
    )
    UPDATE webhook_delivery AS delivery
    SET claimed_until = now() + make_interval(secs => ${CLAIM_S}), attempts = attempts + 1,
      has_gap_before = coalesce((
        SELECT earlier.status = 'EXHAUSTED' FROM webhook_delivery AS earlier
        WHERE earlier.webhook_id = delivery.webhook_id AND earlier.entity_id = delivery.entity_id
          AND earlier.place < delivery.place
        ORDER BY earlier.place DESC LIMIT 1
      ), false)
    FROM due WHERE delivery.id = due.id
    RETURNING delivery.id, delivery.kind, delivery.event_id AS "eventId", delivery.entity_id AS "entityId",
      delivery.type, delivery.cursor, delivery.occurred_at AS "occurredAt", delivery.attempts,
      delivery.has_gap_before AS "hasGapBefore"`;
}

// The number of attempts tells claims apart: one that was lost meanwhile changes nothing.

/** Claims a delivery for the whole time again, before its request is sent. False if the claim was lost. */
export async function keepClaim(prisma: PrismaClient, { id, attempts }: Claimed): Promise<boolean> {
  const kept = await prisma.$executeRaw`
    UPDATE webhook_delivery SET claimed_until = now() + make_interval(secs => ${CLAIM_S})
    WHERE id = ${id}::uuid AND status = 'PENDING' AND attempts = ${attempts} AND claimed_until > now()`;
  return kept === 1;
}

/** Ends a delivery that was not delivered. */
export async function endDelivery(
  prisma: PrismaClient,
  { id, attempts }: Claimed,
  status: Exclude<WebhookDeliveryStatus, 'PENDING' | 'DELIVERED'>,
): Promise<void> {
  await prisma.$executeRaw`
    UPDATE webhook_delivery SET status = ${status}::webhook_delivery_status, ended_at = now(), claimed_until = NULL
    WHERE id = ${id}::uuid AND status = 'PENDING' AND attempts = ${attempts}`;
}

/** Ends a delivery that was delivered: what has failed before does not count any more. */
export async function endDelivered(prisma: PrismaClient, { id }: Claimed): Promise<void> {
  await prisma.$executeRaw`
    WITH ended AS (
      UPDATE webhook_delivery SET status = 'DELIVERED', ended_at = now(), claimed_until = NULL
      WHERE id = ${id}::uuid RETURNING webhook_id
    )
    UPDATE webhook_progress SET failed_from = NULL, failed_last = NULL
    WHERE webhook_id = (SELECT webhook_id FROM ended) AND failed_from IS NOT NULL`;
}

/** Has a delivery wait for its next attempt. */
export async function delay(prisma: PrismaClient, { id, attempts }: Claimed, seconds: number): Promise<void> {
  await prisma.$executeRaw`
    UPDATE webhook_delivery SET claimed_until = NULL, next_attempt_at = now() + make_interval(secs => ${seconds})
    WHERE id = ${id}::uuid AND status = 'PENDING' AND attempts = ${attempts}`;
}

/** Gives a delivery back whose attempt has not begun: it was none. */
export async function unclaim(prisma: PrismaClient, { id, attempts }: Claimed): Promise<void> {
  await prisma.$executeRaw`
    UPDATE webhook_delivery SET claimed_until = NULL, attempts = attempts - 1
    WHERE id = ${id}::uuid AND status = 'PENDING' AND attempts = ${attempts}`;
}
