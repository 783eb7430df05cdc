import { allows, signedIn } from '../../core/rights/rules.ts';
import { ofEveryLevel, type Scope } from '../../core/rights/scope.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { NoticeSubject } from '../../core/rows/notice.ts';
import { rooms } from '../../core/rows/room.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { visibilityOf } from '../../core/rows/visibility-of.ts';
import type { Notification } from '../../generated/prisma/client.ts';
import { notificationEntity } from './notifications.changes.ts';

/** The columns of a row by which rooms decide who sees it, and those in which a notification keeps them. */
const SUBJECT_COLUMNS: Readonly<Record<string, keyof Notification>> = {
  tenantId: 'subjectTenantId',
  organizationId: 'subjectOrganizationId',
  customerId: 'subjectCustomerId',
  residentId: 'subjectResidentId',
  memberId: 'subjectResidentId',
  userId: 'subjectResidentId',
};

/**
 * Users see their own notifications, for as long as they may see the row: the visibility is that which the room of the
 * row declares, and is asked for whenever it is read.
 */
function notificationsVisibleTo(viewer: Viewer): Where<Notification> {
  const readable = [...rooms.notices.values()].filter(({ rule }) => allows(rule, viewer));
  return {
    userId: viewer.userId,
    OR: readable.map(({ key, visibleTo }) => ({
      messageKey: key,
      AND: [ofSubject(visibleTo(viewer))],
    })),
  };
}

/** The same condition on the columns in which a notification keeps those of the row. */
function ofSubject(where: Where<NoticeSubject>): Where<Notification> {
  const entries = Object.entries(where).map(([name, test]) => {
    if (name === 'AND' || name === 'OR') return [name, (test as Where<NoticeSubject>[]).map(ofSubject)];
    if (name === 'NOT') return [name, ofSubject(test as Where<NoticeSubject>)];
    const column = SUBJECT_COLUMNS[name];
    if (!column) throw new Error(`A notice is visible by the column ${name}, which no notification keeps.`);
    return [column, test];
  });
  return Object.fromEntries(entries) as Where<Notification>;
}

export const notifications: Rows<Notification> = {
  entity: notificationEntity,
  type: 'Notification',
  rule: signedIn,
  visibleTo: visibilityOf(notificationEntity, notificationsVisibleTo),
  isPersonal: () => true,
  scope: ofEveryLevel as Scope<Notification>,
};
