import type { BulkJob, BulkJobKind } from '../../generated/prisma/client.ts';
import type { Authentication } from '../rights/authentication.ts';
import type { Permission } from '../rights/permissions.ts';
import type { Viewer } from '../rights/viewer.ts';
import type { Transaction } from './transact.ts';

/** The viewer who changes a row, and by which ways the users of this server sign in. A context of a viewer is one. */
export interface Acting {
  readonly viewer: Viewer;
  readonly authentication: Pick<Authentication, 'acceptedIssuers'>;
}

/** The effect of bulk jobs of one kind on one row of a room. */
export interface BulkAction {
  readonly kind: BulkJobKind;
  /** The permission that a user needs to request or cancel such a job. It is checked again for every item. */
  readonly permission: Permission;
  /**
   * The permission to read what a refusal may name of the row. A refusal is worded for the requester and stored: viewers
   * without this permission see its code, and not its message.
   */
  readonly readPermission: Permission;
  /**
   * Applies the action to one row, with the rights of the viewer. A refusal is thrown as UserErrors before anything is
   * written: the transaction is shared with other items, which are processed all the same.
   */
  readonly apply: (tx: Transaction, acting: Acting, targetId: string, job: BulkJob) => Promise<unknown>;
}
