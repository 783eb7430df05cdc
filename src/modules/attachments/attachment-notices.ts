import type { Where } from '../../core/rights/where.ts';
import type { Notice, NoticeSubject } from '../../core/rows/notice.ts';
import type { Attachment } from '../../generated/prisma/client.ts';
import { mayReadMessages, SEEN_BY_SUBJECT } from '../messages/messages.access.ts';
import { attachmentEntity } from './attachments.changes.ts';

/** The uploader of a file in which malware was found learns it: no user can download the file. */
function infectedNotice(
  key: string,
  subjectType: Attachment['subjectType'],
  row: string,
): Notice<Attachment> {
  return {
    key,
    entity: attachmentEntity,
    severity: 'WARNING',
    text: `A file that you have added to ${row} is infected and was removed.`,
    channels: null,
    happens: (before, after) =>
      after.subjectType === subjectType && after.status === 'INFECTED' && before?.status !== 'INFECTED',
    params: () => ({}),
    recipients: ({ uploaderId }) => ({ id: uploaderId }),
    rule: mayReadMessages,
    visibleTo: (viewer) => SEEN_BY_SUBJECT[subjectType](viewer) as Where<NoticeSubject>,
  };
}

export const infectedNotices: readonly Notice<Attachment>[] = [
  infectedNotice('attachmentInfectedOnRequest', 'MAINTENANCE_REQUEST', 'a maintenance request'),
  infectedNotice('attachmentInfectedOnIncident', 'INCIDENT', 'an incident'),
  infectedNotice('attachmentInfectedOnCustomer', 'CUSTOMER', 'a customer'),
];
