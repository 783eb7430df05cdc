import type { Transactions } from '../../changes/transactions.ts';
import { systemActor } from '../../core/rows/actor.ts';
import type { PrismaClient, Webhook } from '../../generated/prisma/client.ts';
import type { WebhookReason, WebhookStatus } from '../../generated/prisma/enums.ts';
import { webhookEntity } from '../../modules/webhooks/webhooks.changes.ts';

/** So long nothing is delivered before the maker is warned, and before the webhook is disabled. */
const WARNED_AFTER_HOURS = 24;
const DISABLED_AFTER_HOURS = 5 * 24;
/** Two failures that lie so far apart at least: a single one, however long ago, disables nothing. */
const APART_HOURS = 12;

const ORIGIN = { actor: systemActor('webhooks'), requestId: null, ip: null };
const HOUR_MS = 3_600_000;

export interface WebhookStatusParts {
  readonly prisma: PrismaClient;
  readonly transactions: Pick<Transactions, 'of'>;
}

/** Why a webhook stops. */
export interface Stop {
  readonly status: Exclude<WebhookStatus, 'ACTIVE'>;
  readonly reason: WebhookReason;
  readonly message: string | null;
}

/**
 * Stops a webhook, unless it was changed since it was read, or its tenant is archived: then it rests as it is. Its position
 * and its deliveries are kept.
 */
export async function stopWebhook(
  parts: WebhookStatusParts,
  { id, version }: Pick<Webhook, 'id' | 'version'>,
  stop: Stop,
): Promise<void> {
  const rests = { id, tenant: { status: 'ARCHIVED' } } as const;
  if (await parts.prisma.webhook.findFirst({ where: rests, select: { id: true } })) return;
  await change(parts, id, (now) => (now.status === 'ACTIVE' && now.version === version ? { ...stop } : {}));
}

/** Takes back the warning of a webhook that delivers again. */
export async function noteSuccess(parts: WebhookStatusParts, { id, failingSince }: Webhook): Promise<void> {
  if (failingSince) await change(parts, id, () => ({ failingSince: null }));
}

/** Notes a failure. Warns the maker when nothing was delivered for a day, and disables the webhook after five. */
export async function noteFailure(parts: WebhookStatusParts, { id }: Pick<Webhook, 'id'>): Promise<void> {
  const [failed] = await parts.prisma.$queryRaw<{ from: Date; last: Date; now: Date }[]>`
    UPDATE webhook_progress SET failed_from = coalesce(failed_from, now()), failed_last = now()
    WHERE webhook_id = ${id}::uuid RETURNING failed_from AS from, failed_last AS last, now() AS now`;
  if (!failed) return;
  const hours = (failed.now.getTime() - failed.from.getTime()) / HOUR_MS;
  if (hours < Math.max(WARNED_AFTER_HOURS, APART_HOURS)) return;
  await change(parts, id, ({ status, failingSince }) => {
    if (status !== 'ACTIVE') return {};
    // The warning comes first, also where nothing was tried for days.
    if (!failingSince) return { failingSince: failed.from };
    return hours < DISABLED_AFTER_HOURS ? {} : { status: 'DISABLED', reason: 'FAILING', message: null };
  });
}

async function change(
  { transactions }: WebhookStatusParts,
  id: string,
  columns: (now: Webhook) => Partial<Webhook>,
): Promise<void> {
  await transactions.of(ORIGIN)(async (tx) => {
    await tx.lock(webhookEntity, id);
    const now = await tx.db.webhook.findUnique({ where: { id } });
    if (now) await tx.update(webhookEntity, now, columns(now));
  });
}
