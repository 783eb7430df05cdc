import type { BulkJob, BulkJobKind } from '../generated/prisma/client.ts';
import type { Permission } from './permissions.ts';
import type { Transaction } from './transact.ts';
import type { Viewer } from './viewer.ts';

/** What a room lets bulk jobs do to one of its rows. */
export interface BulkAction {
  readonly kind: BulkJobKind;
  /** What whoever asked for the job must hold whenever an item is done. */
  readonly permission: Permission;
  /**
   * Does it to one row, as the viewer may. What is refused is thrown as UserErrors before anything is written: the
   * transaction is shared with other items, which are done all the same.
   */
  readonly apply: (tx: Transaction, viewer: Viewer, targetId: string, job: BulkJob) => Promise<unknown>;
}
