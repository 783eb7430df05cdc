import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, invalidInput, invalidState, limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, parseInput } from '../../core/requests/input.ts';
import { choice, defaulted, flag, nested, text, time } from '../../core/requests/input-fields.ts';
import { matches } from '../../core/rights/where.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { rowToChange, rowToDecideBy } from '../../db/row-to-change.ts';
import type { Broadcast, BroadcastAcknowledgement } from '../../generated/prisma/client.ts';
import { homeFeedOf } from '../users/users.changes.ts';
import { audienceOf, broadcastAudienceInput } from './broadcast-audience.ts';
import { addresses, broadcasts, levelOf, managedBy } from './broadcasts.access.ts';
import {
  acknowledgementEntity,
  broadcastEnd,
  broadcastEntity,
  broadcastRemoval,
} from './broadcasts.changes.ts';

// Invariants of this room: a broadcast is one row and one change of its feed, whatever the number of users; its audience is
// not above the level of its sender, and never changes; it ends once, when it expires or is withdrawn, and is removed
// half a year later; a user acknowledges it once. The lock of the sender comes before that of the feed, and both before
// those of rows.

/** The longest text: at most four bytes for each character. */
const MAX_MESSAGE = 1_000;
/** The broadcasts of one sender in a minute, and those that are sent to one level in an hour. */
const MAX_PER_MINUTE = 30;
const MAX_PER_HOUR = 200;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The days that a broadcast may run, and those for which it is kept after it has ended. */
const MAX_DAYS = 90;
const KEPT_DAYS = 180;

export const broadcastSendInput = createInput({
  audience: nested('BroadcastAudienceInput', 'The users it addresses', broadcastAudienceInput),
  severity: choice('BroadcastSeverity', 'How much it matters'),
  message: text('The text, which is plain: no HTML', { max: MAX_MESSAGE, hasLines: true }),
  expiresAt: time(`When it ends by itself: in the future, at most ${MAX_DAYS} days ahead`),
  needsAcknowledgement: defaulted(flag('Whether each user is asked to acknowledge it'), 'false by default'),
});

const INPUT = sentences('INVALID_INPUT', {
  BROADCAST_NOT_PLAIN: 'The text has a tag of HTML: it is shown as plain text, so leave tags out.',
  BROADCAST_ENDS_IN_PAST: 'The end of a broadcast is in the future.',
  BROADCAST_RUNS_TOO_LONG: 'A broadcast runs for at most {max} days.',
});

const LIMIT = sentences('LIMIT_REACHED', {
  TOO_MANY_BROADCASTS: 'A user sends at most {max} broadcasts in a minute: wait for a while.',
  TOO_MANY_BROADCASTS_IN_HOUR:
    'At most {max} broadcasts are sent in an hour to one tenant, one organization or the platform: wait for a while.',
});

const STATE = sentences('INVALID_STATE', {
  BROADCAST_ENDED: 'The broadcast has ended.',
  NO_ACKNOWLEDGEMENT: 'The broadcast asks for no acknowledgement.',
});

const REFUSED = sentences('FORBIDDEN_CHANGE', {
  BROADCAST_TO_OTHERS: 'The broadcast does not address you.',
  BROADCAST_NOT_MANAGED: 'Only users of the level that sent it, or of one above it, withdraw a broadcast.',
});

/**
 * Sends a broadcast; throws UserErrors for a bad input, an audience that the viewer does not address, a time at which no
 * broadcast ends, or too many broadcasts of the sender or of the level.
 */
export async function sendBroadcast(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof broadcastSendInput>,
): Promise<Written<Broadcast>> {
  const { audience: named, needsAcknowledgement = false, ...data } = parseInput(broadcastSendInput, input);
  if (/<[a-z!/?]/i.test(data.message)) throw invalidInput(INPUT.BROADCAST_NOT_PLAIN(), 'input', 'message');
  const senderId = ctx.viewer.userId;
  return ctx.transact(async (tx) => {
    const audience = await audienceOf(tx.db, ctx, named, 'input', 'audience');
    await takeTurn(tx, senderId);
    await takeTurn(tx, homeFeedOf(audience));
    const now = await tx.now();
    requireEnd(data.expiresAt, now);
    await requireFew(tx, now, { senderId, ...audience });
    const row = await tx.db.broadcast.create({
      data: {
        ...audience,
        ...data,
        needsAcknowledgement,
        senderId,
        senderLevel: levelOf(ctx.viewer),
        createdAt: now,
      },
    });
    tx.created(broadcastEntity, row);
    await tx.schedule(broadcastEnd, row, row.expiresAt);
    return row;
  });
}

/** One transaction at a time sends broadcasts as this user, or to this level. */
async function takeTurn(tx: Transaction, id: string): Promise<void> {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('broadcasts'), hashtext(${id}))`;
}

function requireEnd(expiresAt: Date, now: Date): void {
  const path = ['input', 'expiresAt'];
  if (expiresAt <= now) throw invalidInput(INPUT.BROADCAST_ENDS_IN_PAST(), ...path);
  if (expiresAt.getTime() > now.getTime() + MAX_DAYS * DAY_MS)
    throw invalidInput(INPUT.BROADCAST_RUNS_TOO_LONG({ max: MAX_DAYS }), ...path);
}

async function requireFew(
  { db }: Transaction,
  now: Date,
  { senderId, tenantId, organizationId }: Pick<Broadcast, 'senderId' | 'tenantId' | 'organizationId'>,
): Promise<void> {
  const within = (ms: number) => ({ createdAt: { gt: new Date(now.getTime() - ms) } });
  if ((await db.broadcast.count({ where: { senderId, ...within(MINUTE_MS) } })) >= MAX_PER_MINUTE)
    throw limitReached(LIMIT.TOO_MANY_BROADCASTS({ max: MAX_PER_MINUTE }), 'input');
  if ((await db.broadcast.count({ where: { tenantId, organizationId, ...within(HOUR_MS) } })) >= MAX_PER_HOUR)
    throw limitReached(LIMIT.TOO_MANY_BROADCASTS_IN_HOUR({ max: MAX_PER_HOUR }), 'input');
}

/**
 * Ends a broadcast that is running. Throws UserErrors for no such broadcast, one that users of a level above sent, one
 * that has ended, or an old version.
 */
export function withdrawBroadcast(ctx: ViewerContext, args: RowArgs): Promise<Written<Broadcast>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, broadcasts, args);
    if (!matches(managedBy(ctx.viewer), before)) throw forbiddenChange(REFUSED.BROADCAST_NOT_MANAGED(), 'id');
    const now = await tx.now();
    requireRunning(before, now);
    await tx.unschedule(broadcastEnd, before);
    return end(tx, before, 'WITHDRAWN', now);
  });
}

/** Records that the end of a broadcast has come. One that was withdrawn before it stays as it is. */
export async function expireBroadcast(tx: Transaction, broadcast: Broadcast): Promise<void> {
  const now = await tx.now();
  if (broadcast.status !== 'RUNNING' || broadcast.expiresAt > now) return;
  await end(tx, broadcast, 'EXPIRED', now);
}

async function end(
  tx: Transaction,
  before: Broadcast,
  status: Broadcast['status'],
  now: Date,
): Promise<Broadcast> {
  const after = await tx.update(broadcastEntity, before, { status, endedAt: now });
  await tx.schedule(broadcastRemoval, after, new Date(now.getTime() + KEPT_DAYS * DAY_MS));
  return after;
}

function requireRunning({ status, expiresAt }: Broadcast, now: Date): void {
  if (status !== 'RUNNING' || expiresAt <= now) throw invalidState(STATE.BROADCAST_ENDED(), 'id');
}

/**
 * Acknowledges a broadcast as the viewer, on all devices; a second time has no effect. Throws UserErrors for no such
 * broadcast, one that does not address the viewer or asks for no acknowledgement, or one that has ended.
 */
export function acknowledgeBroadcast(
  ctx: ViewerContext,
  { id }: { readonly id: string },
): Promise<Written<BroadcastAcknowledgement>> {
  const { userId, tenantId, organizationId } = ctx.viewer;
  return ctx.transact(async (tx) => {
    const broadcast = await rowToDecideBy(tx, ctx, broadcasts, id, 'id');
    const now = await tx.now();
    requireRunning(broadcast, now);
    if (!matches(addresses(ctx.viewer), broadcast))
      throw forbiddenChange(REFUSED.BROADCAST_TO_OTHERS(), 'id');
    if (!broadcast.needsAcknowledgement) throw invalidState(STATE.NO_ACKNOWLEDGEMENT(), 'id');
    await takeTurn(tx, userId + broadcast.id);
    const before = await tx.db.broadcastAcknowledgement.findFirst({
      where: { userId, broadcastId: broadcast.id },
    });
    if (before) return before;
    const data = {
      broadcastId: broadcast.id,
      userId,
      tenantId,
      organizationId: tenantId ? null : organizationId,
    };
    return tx.created(acknowledgementEntity, await tx.db.broadcastAcknowledgement.create({ data }));
  });
}
