import { v7 as uuidv7 } from 'uuid';
import type { ViewerContext } from '../../core/context.ts';
import type { FeedPositions } from '../../core/feeds/feed-positions.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidInput, invalidState, RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { changeRow } from '../../db/row-commands.ts';
import type { Webhook } from '../../generated/prisma/client.ts';
import { webhooks } from './webhooks.access.ts';
import { noSuchDelivery, requireActive, requireFewTests } from './webhooks.commands.ts';

// Tests and replays are deliveries like others: the same client sends them, in the same order and under the same rights.

const REPLAY = sentences('INVALID_INPUT', {
  ONE_REPLAY: 'Name either a delivery or a cursor after which to replay.',
  NO_REPLAY_CURSOR:
    'This cursor is not one of the feed of the tenant, or its changes can no longer be replayed.',
});
const STATE = sentences('INVALID_STATE', {
  DELIVERED_ALREADY: 'The event was delivered: say `force` to send it again.',
});

const MAX_TESTS = 10;
const MINUTE_MS = 60_000;
const TEST_TYPE = 'webhook.test';

/** Has a webhook send a test event; throws UserErrors for no such webhook, one that is stopped, and too many tests. */
export function testWebhook(ctx: ViewerContext, args: RowArgs): Promise<Written<Webhook>> {
  return changeRow(ctx, webhooks, args, async (before, tx) => {
    requireActive(before);
    const now = await tx.now();
    const since = new Date(now.getTime() - MINUTE_MS);
    const where = { webhookId: before.id, kind: 'TEST', createdAt: { gt: since } } as const;
    requireFewTests(await tx.db.webhookDelivery.count({ where }), MAX_TESTS);
    const { cursor } = await tx.db.webhookProgress.findUniqueOrThrow({ where: { webhookId: before.id } });
    const event = { kind: 'TEST', type: TEST_TYPE, eventId: uuidv7(), place: 0n, occurredAt: now } as const;
    await tx.db.webhookDelivery.create({ data: { ...event, webhookId: before.id, cursor } });
    return { testedAt: now };
  });
}

/** The arguments of `replayWebhook`. */
export interface ReplayArgs extends RowArgs {
  readonly deliveryId?: string | null | undefined;
  readonly after?: string | null | undefined;
  readonly force?: boolean | null | undefined;
}

/**
 * Sends one event again, or all after a cursor. Throws UserErrors for neither or both, no such webhook or delivery, one
 * that was delivered unless `force` is given, and a cursor that is not of the feed.
 */
export function replayWebhook(
  ctx: ViewerContext,
  { deliveryId, after, force, ...args }: ReplayArgs,
): Promise<Written<Webhook>> {
  if ((deliveryId == null) === (after == null)) throw invalidInput(REPLAY.ONE_REPLAY(), 'deliveryId');
  return changeRow(ctx, webhooks, args, async (before, tx) => {
    if (deliveryId != null) await replayOne(tx, before, deliveryId, force === true);
    else await replayAfter(tx, ctx, before, after ?? '');
    return { replayedAt: await tx.now() };
  });
}

/** One that waits for its next attempt has it now: so a replay and a retry are one request. */
async function replayOne(tx: Transaction, webhook: Webhook, id: string, force: boolean): Promise<void> {
  const found = await tx.db.webhookDelivery.findFirst({ where: { id, webhookId: webhook.id } });
  if (!found) throw noSuchDelivery('deliveryId');
  if (found.status === 'DELIVERED' && !force) throw invalidState(STATE.DELIVERED_ALREADY(), 'force');
  const isWaiting = found.status === 'PENDING';
  await tx.db.webhookDelivery.update({
    where: { id },
    data: {
      nextAttemptAt: await tx.now(),
      ...(!isWaiting && { status: 'PENDING', attempts: 0, endedAt: null }),
      replays: { increment: 1 },
    },
  });
}

/**
 * The events after the cursor are read again; those that wait already are not sent twice. A webhook that has not come as far
 * as the cursor stays where it is: else the events between would be left out.
 */
async function replayAfter(
  tx: Transaction,
  { feedPositions }: ViewerContext,
  { id: webhookId, tenantId }: Webhook,
  cursor: string,
): Promise<void> {
  const seq = await feedPositions.seqOf(tenantId, cursor).catch((error: unknown) => {
    if (error instanceof RequestError) throw invalidInput(REPLAY.NO_REPLAY_CURSOR(), 'after');
    throw error;
  });
  const progress = await tx.db.webhookProgress.findUniqueOrThrow({ where: { webhookId } });
  if (seq < (await reachedSeq(feedPositions, tenantId, progress.cursor)))
    await tx.db.webhookProgress.update({ where: { webhookId }, data: { cursor } });
}

/** None of a log that was restored meanwhile: the webhook has yet to learn of that. */
async function reachedSeq(positions: FeedPositions, tenantId: string, cursor: string): Promise<number> {
  try {
    return await positions.seqOf(tenantId, cursor);
  } catch (error) {
    if (error instanceof RequestError) return 0;
    throw error;
  }
}
