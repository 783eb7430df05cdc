import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, invalidState, limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { defaulted, flag, idOf, listOf, text } from '../../core/requests/input-fields.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { updateCommand } from '../../db/input-commands.ts';
import { changeRow } from '../../db/row-commands.ts';
import type { Message } from '../../generated/prisma/client.ts';
import { MAX_MENTIONS, mentionedIds, requireReaders } from './mentions.ts';
import { type Subject, subjectFields, subjectToWriteOn } from './message-subject.requests.ts';
import { messages, seesInternal } from './messages.access.ts';
import { messageEntity } from './messages.changes.ts';

// Invariants of this room: a message is about one row of its tenant, whose columns it keeps, so who sees the row sees the
// message; a note of the staff is one for ever, and no user of a customer learns of it; the messages of a conversation
// have different times, in the order of their COMMITs; a deleted message has neither text nor mentions; whom a message
// mentions could read it when it was written. The row that a conversation is about takes it along
// (messages.reactions.ts). The locks of author and conversation come before those of rows.

/** The longest text of a message: at most four bytes for each character. */
const MAX_BODY = 4_000;
/** The messages that one user may send in a minute. */
const MAX_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

const fields = {
  body: text('The text', { max: MAX_BODY, hasLines: true }),
  mentionIds: defaulted(
    listOf(idOf('User', 'The users of the tenant whom it mentions, who may read it'), { max: MAX_MENTIONS }),
    'none by default',
  ),
};

export const messageSendInput = createInput({
  ...subjectFields,
  ...fields,
  isInternal: defaulted(
    flag("Whether it is a note among the staff, of which a customer's own users learn nothing"),
    'false by default',
  ),
});

export const messageUpdateInput = updateInput(fields);

const REFUSED = sentences('FORBIDDEN_CHANGE', {
  INTERNAL_FOR_STAFF: 'Only staff writes internal notes.',
  INCIDENT_FOR_STAFF: 'Only staff writes about incidents.',
  MESSAGE_OF_ANOTHER: 'Only its author changes a message.',
  MESSAGE_NOT_MODERATED: 'Only its author, and users who moderate messages, delete a message.',
});

const GONE = sentences('INVALID_STATE', { MESSAGE_DELETED: 'The message was deleted.' });

const LIMIT = sentences('LIMIT_REACHED', {
  TOO_MANY_MESSAGES: 'A user sends at most {max} messages in a minute: wait for a while.',
});

/**
 * Sends a message about a row; throws UserErrors for a bad input, no such row, one of which the viewer does not write, a
 * mentioned user who may not read it, or too many messages in a minute.
 */
export async function sendMessage(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof messageSendInput>,
): Promise<Written<Message>> {
  const { body, mentionIds: named, isInternal = false, ...subjectIds } = parseInput(messageSendInput, input);
  const { viewer } = ctx;
  const isFromStaff = !isCustomerRole(viewer.role);
  const sent = await ctx.transact(async (tx) => {
    await takeTurn(tx, viewer.userId);
    await requireFewMessages(tx, viewer.userId);
    const subject = await subjectToWriteOn(tx, ctx, subjectIds, 'input');
    requireWriter(ctx, subject, isInternal);
    await takeTurn(tx, subject.conversationId);
    const mentionIds = mentionedIds(named);
    await requireReaders(tx, ctx, { ...subject, isInternal }, mentionIds);
    const data = { ...subject, authorId: viewer.userId, isFromStaff, isInternal, body, mentionIds };
    const createdAt = await nextTime(tx, subject);
    return tx.created(messageEntity, await tx.db.message.create({ data: { ...data, createdAt } }));
  });
  ctx.typing.end(viewer.userId, sent.value.conversationId);
  return sent;
}

/** One transaction at a time sends messages as this user, or to this conversation. */
async function takeTurn(tx: Transaction, id: string): Promise<void> {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('messages'), hashtext(${id}))`;
}

async function requireFewMessages(tx: Transaction, authorId: string): Promise<void> {
  const since = new Date((await tx.now()).getTime() - MINUTE_MS);
  const count = await tx.db.message.count({ where: { authorId, createdAt: { gt: since } } });
  if (count >= MAX_PER_MINUTE) throw limitReached(LIMIT.TOO_MANY_MESSAGES({ max: MAX_PER_MINUTE }), 'input');
}

/** A customer's own users write no notes of the staff, and not about incidents, which other customers read, too. */
function requireWriter({ viewer }: ViewerContext, { subjectType }: Subject, isInternal: boolean): void {
  if (seesInternal(viewer)) return;
  if (isInternal) throw forbiddenChange(REFUSED.INTERNAL_FOR_STAFF(), 'input', 'isInternal');
  if (subjectType === 'INCIDENT') throw forbiddenChange(REFUSED.INCIDENT_FOR_STAFF(), 'input', 'incidentId');
}

/** The time of the next message of a conversation whose turn this transaction has: a read mark separates any two. */
async function nextTime(tx: Transaction, { conversationId }: Subject): Promise<Date> {
  const last = await tx.db.message.findFirst({
    where: { conversationId },
    orderBy: { createdAt: 'desc' },
    select: { createdAt: true },
  });
  const now = await tx.now();
  return last && last.createdAt >= now ? new Date(last.createdAt.getTime() + 1) : now;
}

/**
 * Changes the text or the mentions of a message of the viewer; throws UserErrors for a bad input, no such message, one of
 * another author or that was deleted, a user who is mentioned now and may not read it, or an old version.
 */
export const updateMessage = updateCommand(
  messages,
  messageUpdateInput,
  async (tx, { body = undefined, mentionIds: named }, before, ctx) => {
    if (before.authorId !== ctx.viewer.userId) throw forbiddenChange(REFUSED.MESSAGE_OF_ANOTHER(), 'id');
    if (before.deletedAt) throw invalidState(GONE.MESSAGE_DELETED(), 'id');
    const mentionIds = named ? mentionedIds(named) : before.mentionIds;
    const added = mentionIds.filter((id) => !before.mentionIds.includes(id));
    await requireReaders(tx, ctx, before, added);
    const isSame = (body ?? before.body) === before.body && String(mentionIds) === String(before.mentionIds);
    if (isSame) return {};
    return { ...(body !== undefined && { body }), mentionIds, editedAt: await tx.now() };
  },
);

/**
 * Deletes the text and the mentions of a message, which stays as one that was deleted; throws UserErrors for no such
 * message, one of another author that the viewer does not moderate, or an old version.
 */
export function deleteMessage(ctx: ViewerContext, args: RowArgs): Promise<Written<Message>> {
  return changeRow(ctx, messages, args, async (before, tx) => {
    const { userId, permissions } = ctx.viewer;
    if (before.authorId !== userId && !(seesInternal(ctx.viewer) && permissions.has('messages:moderate')))
      throw forbiddenChange(REFUSED.MESSAGE_NOT_MODERATED(), 'id');
    if (before.deletedAt) return {};
    return { body: '', mentionIds: [], deletedAt: await tx.now() };
  });
}
