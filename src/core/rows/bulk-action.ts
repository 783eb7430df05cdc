import type { BulkJob, BulkJobItemOutcome, BulkJobKind } from '../../generated/prisma/client.ts';
import type { Authentication } from '../rights/authentication.ts';
import type { Permission } from '../rights/permissions.ts';
import type { Viewer } from '../rights/viewer.ts';
import type { Transaction } from './transact.ts';

/** The viewer who changes a row, and by which ways the users of this server sign in. A context of a viewer is one. */
export interface Acting {
  readonly viewer: Viewer;
  readonly authentication: Pick<Authentication, 'acceptedIssuers'>;
}

/** The effect of bulk jobs of one kind. */
export type BulkAction = ActionOnRows | ActionOnLines;

interface AnyAction {
  readonly kind: BulkJobKind;
  /** The permission that a user needs to request or cancel such a job. It is checked again for every item. */
  readonly permission: Permission;
  /**
   * The permission to read what a refusal may name of the row. A refusal is worded for the requester and stored: viewers
   * without this permission see its code, and not its message.
   */
  readonly readPermission: Permission;
}

/** The effect of bulk jobs of one kind on one row of a room. */
export interface ActionOnRows extends AnyAction {
  /**
   * Applies the action to one row, with the rights of the viewer. A refusal is thrown as UserErrors before anything is
   * written: the transaction is shared with other items, which are processed all the same.
   */
  readonly apply: (tx: Transaction, acting: Acting, targetId: string, job: BulkJob) => Promise<unknown>;
}

/** The effect of bulk jobs of one kind with one line of a file. */
export interface ActionOnLines extends AnyAction {
  /** Whether all that it writes is taken back: such a job only tells what the other would do. */
  readonly isDryRun: boolean;
  /** Applies the line as `apply` does, and tells what came of it. */
  readonly applyLine: (tx: Transaction, acting: Acting, line: FileLine, job: BulkJob) => Promise<LineEffect>;
}

/** A line of a file, read and not yet checked. */
export interface FileLine {
  /** The number of the line in which it begins; that of the first line is 1. */
  readonly line: number;
  /** The values by column. */
  readonly cells: Readonly<Record<string, unknown>>;
  /** The earlier line with the same key; null for none. */
  readonly firstLine: number | null;
}

/** The effect of a line. */
export interface LineEffect {
  readonly outcome: BulkJobItemOutcome;
  /** The row that the line means. */
  readonly rowId: string;
}
