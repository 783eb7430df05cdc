import type { Prisma, User } from '../../generated/prisma/client.ts';
import type { NotificationSeverity } from '../../generated/prisma/enums.ts';
import type { Params } from '../requests/fault.ts';
import type { Rule } from '../rights/rules.ts';
import type { Viewer } from '../rights/viewer.ts';
import type { Where } from '../rights/where.ts';
import type { Entity, EntityRow } from './change.ts';

/** The columns of a row by which a room decides who sees it, as notifications keep them. */
export interface NoticeSubject {
  readonly tenantId: string | null;
  readonly organizationId: string | null;
  readonly customerId: string | null;
  readonly residentId: string | null;
}

/**
 * A change of a room's rows of which users are notified. They read it for as long as they may see the row. What is said
 * of a row is one notification of each user, with the number of times that it happened since it was read.
 */
export interface Notice<Row extends EntityRow = EntityRow> {
  /** The name, unique in the product, e.g. `paymentFailed`. Rows in the database keep it. */
  readonly key: string;
  readonly entity: Entity<Row>;
  readonly severity: NotificationSeverity;
  /** The English text with `{name}` in the place of each param; clients translate by the key. */
  readonly text: string;
  /** The path of the setting with its channels. Null: it is sent by e-mail. */
  readonly channels: `notifications.${string}.channels` | null;
  /** Tells whether the step is such a change; `before` is null for a creation. */
  readonly happens: (before: Row | null, after: Row) => boolean;
  /**
   * The data of this change that its notifications need, e.g. the version of the row: they are written later, when the row
   * may have changed again. Changes with equal data are joined. Absent: none.
   */
  readonly detail?: (row: Row) => Params;
  /** The data in the text. The log keeps it, so it is never about a person. */
  readonly params: (row: Row, detail: Params) => Params;
  /** The users whom it concerns. Those of them who may not see the row never read it. */
  readonly recipients: (
    row: Row,
    db: Prisma.TransactionClient,
    detail: Params,
  ) => Where<User> | Promise<Where<User>>;
  /**
   * The users whom the row, as it is now, concerns: when it changes, the notifications of others about it are deleted.
   * Absent: all who were notified, for as long as it exists.
   */
  readonly stillConcerns?: (row: Row) => readonly string[];
  /** Those of a batch of recipients whom it does concern, if that is no condition on users. Absent: all. */
  readonly concerned?: (
    row: Row,
    db: Prisma.TransactionClient,
    detail: Params,
    userIds: readonly string[],
  ) => Promise<ReadonlySet<string>>;
  /** The viewers that may read such rows at all. */
  readonly rule: Rule;
  /** The visibility of the row, as its room has it. */
  readonly visibleTo: (viewer: Viewer) => Where<NoticeSubject>;
}
