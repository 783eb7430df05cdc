import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs } from '../../core/requests/command-args.ts';
import {
  forbiddenChange,
  invalidInput,
  invalidState,
  limitReached,
  notFound,
} from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, type OutputOf, parseInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import { checkedText, defaulted, flag, idOf, integer, optional } from '../../core/requests/input-fields.ts';
import { asRowId } from '../../core/requests/row-id.ts';
import { matches } from '../../core/rights/where.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { deleteRow } from '../../db/row-commands.ts';
import type { Attachment, Message } from '../../generated/prisma/client.ts';
import { type Subject, subjectFields, subjectToWriteOn } from '../messages/message-subject.requests.ts';
import { messages, seesInternal } from '../messages/messages.access.ts';
import { takeSpace } from './attachment-usage.ts';
import { attachments } from './attachments.access.ts';
import { attachmentAbandonment, attachmentEntity } from './attachments.changes.ts';
import { cleanName } from './file-name.ts';

// Invariants of this room: an attachment is about one row of its tenant, or in a message about one, and keeps its columns,
// so who sees the row sees the attachment; one in a note of the staff is of the staff. Its bytes are counted before the
// first of them is sent, and are given back with the row. Each file in the storage has a row that outlives the attachment
// (stored-files.ts), so no bytes are forgotten. A file is read only while its attachment is CLEAN. What its type is
// follows from its content. Locks: the uploader and the row before those of rows, the sum of the tenant last.

/** The files that one row, with the messages about it, may have; as many again are of the staff. */
const MAX_OF_SUBJECT = 200;
const MAX_OF_MESSAGE = 10;
/** The attachments of one user that wait for their files. */
const MAX_WAITING = 20;
/** The part of the bytes of a row that the waiting attachments of one user may take, so that no user fills one by words alone. */
const WAITING_PART = 4;
/** An upload ends within one hour. */
const ABANDONED_AFTER_MS = 2 * 3_600_000;
/** The longest name that is read. It is shortened when it is cleaned. */
const MAX_GIVEN_NAME = 1_000;

const FAULTY = sentences('INVALID_INPUT', {
  NO_SHA256: '{field} must be a SHA-256 in 64 hexadecimal digits.',
  NAME_TOO_LONG: '{field} must have at most {max} characters.',
  NOT_ONE_OWNER: 'Name exactly one of `messageId`, `maintenanceRequestId`, `incidentId` and `customerId`.',
  INTERNAL_AS_MESSAGE: 'Leave out `isInternal`: an attachment is as internal as its message.',
});

const REFUSED = sentences('FORBIDDEN_CHANGE', {
  INTERNAL_FILE_FOR_STAFF: 'Only staff adds internal attachments.',
  INCIDENT_FILE_FOR_STAFF: 'Only staff adds attachments to incidents.',
  FILE_IN_MESSAGE_OF_ANOTHER: 'Only its author adds attachments to a message.',
  ATTACHMENT_NOT_MODERATED: 'Only its uploader, and users who moderate messages, delete an attachment.',
});

const GONE = sentences('INVALID_STATE', { FILE_IN_DELETED_MESSAGE: 'The message was deleted.' });

const LIMIT = sentences('LIMIT_REACHED', {
  ATTACHMENT_TOO_LARGE: 'An attachment has at most {max} bytes (MAX_ATTACHMENT_BYTES).',
  TOO_MANY_IN_MESSAGE: 'A message has at most {max} attachments.',
  TOO_MANY_ON_ROW: 'A row has at most {max} attachments, with those of the messages about it.',
  ROW_FULL: 'The attachments about a row have at most {max} bytes together (MAX_SUBJECT_ATTACHMENT_BYTES).',
  WAITING_FULL:
    'The attachments of a user that wait for their files have at most {max} bytes together: upload or delete one.',
  TENANT_FULL: 'The attachments of a tenant have at most {max} bytes together (MAX_TENANT_ATTACHMENT_BYTES).',
  TOO_MANY_WAITING: 'At most {max} attachments of a user wait for their files: upload or delete one.',
});

const name = checkedText(
  'The name of the file. Paths, and characters that are not shown, are removed from it; an ending of its type is added if it has none',
  () =>
    z
      .string()
      .min(1)
      .refine(
        (given) => given.length <= MAX_GIVEN_NAME,
        refusing(FAULTY.NAME_TOO_LONG({ max: MAX_GIVEN_NAME })),
      )
      .transform(cleanName),
  [`at most ${MAX_GIVEN_NAME.toLocaleString('en')} characters`, 'shortened to 200 bytes'],
);

const sha256 = checkedText(
  'The SHA-256 of the file. A file with another one is refused',
  () =>
    z
      .string()
      .transform((given) => given.toLowerCase())
      .refine((given) => /^[0-9a-f]{64}$/.test(given), refusing(FAULTY.NO_SHA256())),
  ['64 hexadecimal digits'],
);

export const attachmentCreateInput = createInput({
  messageId: optional(idOf('Message', 'The message of the viewer to which it belongs')),
  ...subjectFields,
  name,
  sizeBytes: integer('The exact number of bytes', { min: 1 }),
  sha256: optional(sha256),
  isInternal: defaulted(
    flag("Whether it is of the staff alone, so that a customer's own users learn nothing of it"),
    'false by default; in a message as the message',
  ),
});

type Given = OutputOf<typeof attachmentCreateInput>;

/**
 * Announces a file about a row or in a message, for which its bytes count from then on. Throws UserErrors for a bad input, no
 * such row, one to which the viewer adds nothing, and for a file for which there is no room.
 */
export async function createAttachment(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof attachmentCreateInput>,
): Promise<Written<Attachment>> {
  const given = parseInput(attachmentCreateInput, input);
  const { maxAttachmentBytes } = ctx.uploading.limits;
  const { sizeBytes } = given;
  if (sizeBytes > maxAttachmentBytes)
    throw limitReached(LIMIT.ATTACHMENT_TOO_LARGE({ max: maxAttachmentBytes }), 'input', 'sizeBytes');
  return ctx.transact(async (tx) => {
    const uploaderId = ctx.viewer.userId;
    await takeTurn(tx, uploaderId);
    await requireFewWaiting(tx, ctx, sizeBytes);
    const owner = await ownerOf(tx, ctx, given);
    await takeTurn(tx, owner.conversationId);
    await requireRoom(tx, ctx, owner, sizeBytes);
    const data = { ...owner, uploaderId, name: given.name, sizeBytes, sha256: given.sha256 ?? null };
    const row = tx.created(attachmentEntity, await tx.db.attachment.create({ data }));
    await tx.schedule(attachmentAbandonment, row, new Date((await tx.now()).getTime() + ABANDONED_AFTER_MS));
    const { maxTenantAttachmentBytes: max } = ctx.uploading.limits;
    if (!(await takeSpace(tx.db, owner.tenantId, sizeBytes, max)))
      throw limitReached(LIMIT.TENANT_FULL({ max }), 'input', 'sizeBytes');
    return row;
  });
}

/** Deletes an attachment with its file; throws UserErrors for no such attachment, or one of another user. */
export function deleteAttachment(ctx: ViewerContext, args: RowArgs): Promise<Written<Attachment>> {
  const { viewer } = ctx;
  return deleteRow(ctx, attachments, args, ({ uploaderId }) => {
    if (uploaderId === viewer.userId) return;
    if (!seesInternal(viewer) || !viewer.permissions.has('messages:moderate'))
      throw forbiddenChange(REFUSED.ATTACHMENT_NOT_MODERATED(), 'id');
  });
}

type Owner = Subject & Pick<Attachment, 'messageId' | 'isInternal'>;

/** The columns that say what an attachment is about. That row stays as it is until the transaction ends. */
async function ownerOf(tx: Transaction, ctx: ViewerContext, given: Given): Promise<Owner> {
  const { messageId, maintenanceRequestId, incidentId, customerId, isInternal } = given;
  const named = { maintenanceRequestId, incidentId, customerId };
  const { length } = Object.values({ ...named, messageId }).filter((id) => id != null);
  if (length !== 1) throw invalidInput(FAULTY.NOT_ONE_OWNER(), 'input');
  if (messageId != null) return inMessage(tx, ctx, messageId, isInternal);
  const subject = await subjectToWriteOn(tx, ctx, named, 'input');
  if (!seesInternal(ctx.viewer)) {
    if (isInternal) throw forbiddenChange(REFUSED.INTERNAL_FILE_FOR_STAFF(), 'input', 'isInternal');
    if (subject.subjectType === 'INCIDENT')
      throw forbiddenChange(REFUSED.INCIDENT_FILE_FOR_STAFF(), 'input', 'incidentId');
  }
  return { ...subject, messageId: null, isInternal: isInternal ?? false };
}

const FIELD = {
  MAINTENANCE_REQUEST: 'maintenanceRequestId',
  INCIDENT: 'incidentId',
  CUSTOMER: 'customerId',
} as const;

async function inMessage(
  tx: Transaction,
  ctx: ViewerContext,
  id: string,
  isInternal: boolean | undefined,
): Promise<Owner> {
  const { viewer } = ctx;
  const read = () => tx.db.message.findFirst({ where: { id: asRowId(id) } });
  const isVisible = (row: Message | null): row is Message =>
    row !== null && matches(messages.visibleTo(viewer), row);
  const found = await read();
  if (!isVisible(found)) throw notFound('Message', 'input', 'messageId');
  if (isInternal !== undefined) throw invalidInput(FAULTY.INTERNAL_AS_MESSAGE(), 'input', 'isInternal');
  if (found.authorId !== viewer.userId)
    throw forbiddenChange(REFUSED.FILE_IN_MESSAGE_OF_ANOTHER(), 'input', 'messageId');
  const named = { [FIELD[found.subjectType]]: found.conversationId };
  const subject = await subjectToWriteOn(tx, ctx, named, 'input');
  await tx.lockAgainstChange({ name: 'Message' }, found.id);
  const message = await read();
  if (!isVisible(message)) throw notFound('Message', 'input', 'messageId');
  if (message.deletedAt) throw invalidState(GONE.FILE_IN_DELETED_MESSAGE(), 'input', 'messageId');
  return { ...subject, messageId: message.id, isInternal: message.isInternal };
}

/** Requires that the viewer announces no more than it sends: what waits takes the room of others. */
async function requireFewWaiting(
  tx: Transaction,
  { viewer, uploading }: ViewerContext,
  sizeBytes: number,
): Promise<void> {
  const { _count, _sum } = await tx.db.attachment.aggregate({
    where: { uploaderId: viewer.userId, status: 'UPLOADING' },
    _count: true,
    _sum: { sizeBytes: true },
  });
  if (_count >= MAX_WAITING) throw limitReached(LIMIT.TOO_MANY_WAITING({ max: MAX_WAITING }), 'input');
  const { maxAttachmentBytes, maxSubjectAttachmentBytes } = uploading.limits;
  const max = Math.max(maxAttachmentBytes, Math.floor(maxSubjectAttachmentBytes / WAITING_PART));
  if ((_sum.sizeBytes ?? 0) + sizeBytes > max)
    throw limitReached(LIMIT.WAITING_FULL({ max }), 'input', 'sizeBytes');
}

/**
 * Requires room on the row, whose turn this transaction has, and in the message. Files of the staff have a bound of their
 * own: what others may add depends on what they see, so it tells them nothing of the staff's.
 */
async function requireRoom(
  tx: Transaction,
  { uploading }: ViewerContext,
  { conversationId, messageId, isInternal }: Owner,
  sizeBytes: number,
): Promise<void> {
  const inAll = messageId ? await tx.db.attachment.count({ where: { messageId } }) : 0;
  if (inAll >= MAX_OF_MESSAGE)
    throw limitReached(LIMIT.TOO_MANY_IN_MESSAGE({ max: MAX_OF_MESSAGE }), 'input');
  const { _count, _sum } = await tx.db.attachment.aggregate({
    where: { conversationId, isInternal },
    _count: true,
    _sum: { sizeBytes: true },
  });
  if (_count >= MAX_OF_SUBJECT) throw limitReached(LIMIT.TOO_MANY_ON_ROW({ max: MAX_OF_SUBJECT }), 'input');
  const { maxSubjectAttachmentBytes: max } = uploading.limits;
  if ((_sum.sizeBytes ?? 0) + sizeBytes > max)
    throw limitReached(LIMIT.ROW_FULL({ max }), 'input', 'sizeBytes');
}

/** One transaction at a time announces files as this user, or about this row. */
async function takeTurn(tx: Transaction, id: string): Promise<void> {
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('attachments'), hashtext(${id}))`;
}
