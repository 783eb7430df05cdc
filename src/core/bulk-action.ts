import type { BulkJob, BulkJobKind } from '../generated/prisma/client.ts';
import type { Permission } from './permissions.ts';
import type { Transaction } from './transact.ts';
import type { Viewer } from './viewer.ts';

/** What whoever asks for a job must hold: when it is asked for, whenever an item is done, and to stop it. */
export const BULK_PERMISSIONS: Readonly<Record<BulkJobKind, Permission>> = {
  USERS_DELETE: 'users:write',
  USERS_ATTRIBUTES_UPDATE: 'users:write',
  FILE_ACCESS_POLICIES_DELETE: 'file-access-policies:write',
};

/** What a room lets bulk jobs do to one of its rows. */
export interface BulkAction {
  readonly kind: BulkJobKind;
  /**
   * Does it to one row, as the viewer may. What is refused is thrown as UserErrors before anything is written: the
   * transaction is shared with other items, which are done all the same.
   */
  readonly apply: (tx: Transaction, viewer: Viewer, targetId: string, job: BulkJob) => Promise<unknown>;
}
