import { NOTHING, type Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Message, Prisma } from '../../generated/prisma/client.ts';
import { mayReadMessages, SEEN_BY_SUBJECT, seesInternal } from './messages.access.ts';
import { messageEntity } from './messages.changes.ts';

type About = Pick<Message, 'subjectType' | 'isInternal'>;

/**
 * A mentioned user learns it of each message once, however often the message is edited. The notification ends when the
 * user is mentioned no more, or the message is deleted. A notification keeps no column that tells a note of the staff, so
 * mentions in these have a notice of their own.
 */
function mentionNotice(key: string, text: string, about: About): Notice<Message> {
  const isAbout = ({ subjectType, isInternal }: Message) =>
    subjectType === about.subjectType && isInternal === about.isInternal;
  return {
    key,
    entity: messageEntity,
    severity: 'INFO',
    text,
    channels: null,
    happens: (before, after) =>
      isAbout(after) && after.mentionIds.some((id) => !before?.mentionIds.includes(id)),
    params: () => ({}),
    recipients: (message, db) => newlyMentioned(message, key, db),
    stillConcerns: ({ mentionIds }) => mentionIds,
    rule: mayReadMessages,
    visibleTo: (viewer) => {
      if (about.isInternal && !seesInternal(viewer)) return NOTHING;
      return SEEN_BY_SUBJECT[about.subjectType](viewer) as Where<NoticeSubject>;
    },
  };
}

/** The mentioned users who were not notified of this message yet; its author is none of them. */
async function newlyMentioned(
  { id: entityId, mentionIds, authorId }: Message,
  messageKey: string,
  db: Prisma.TransactionClient,
) {
  const told = await db.notification.findMany({
    where: { entityId, messageKey, userId: { in: mentionIds } },
    select: { userId: true },
  });
  const not = new Set([authorId, ...told.map(({ userId }) => userId)]);
  return { id: { in: mentionIds.filter((id) => !not.has(id)) } };
}

export const mentionNotices: readonly Notice<Message>[] = [
  mentionNotice('mentionedOnRequest', 'You were mentioned in a message on a maintenance request.', {
    subjectType: 'MAINTENANCE_REQUEST',
    isInternal: false,
  }),
  mentionNotice('mentionedOnRequestInternally', 'You were mentioned in a note on a maintenance request.', {
    subjectType: 'MAINTENANCE_REQUEST',
    isInternal: true,
  }),
  mentionNotice('mentionedOnIncident', 'You were mentioned in a message on an incident.', {
    subjectType: 'INCIDENT',
    isInternal: false,
  }),
  mentionNotice('mentionedOnIncidentInternally', 'You were mentioned in a note on an incident.', {
    subjectType: 'INCIDENT',
    isInternal: true,
  }),
  mentionNotice('mentionedOnCustomer', 'You were mentioned in a message on a customer.', {
    subjectType: 'CUSTOMER',
    isInternal: false,
  }),
  mentionNotice('mentionedOnCustomerInternally', 'You were mentioned in a note on a customer.', {
    subjectType: 'CUSTOMER',
    isInternal: true,
  }),
];
