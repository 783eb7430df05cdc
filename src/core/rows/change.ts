import type { ChangeKind } from '../../generated/prisma/enums.ts';
import { inWords } from '../../lib/in-words.ts';
import type { Fault } from '../requests/fault.ts';
import type { Actor } from './actor.ts';
import type { ModelName } from './models.ts';
import type { PartialView } from './partial-view.ts';

/** The columns that the rows of every entity have. */
export interface EntityRow {
  readonly id: string;
  /** One at creation; grows by one with every change, so it equals the number of changes in the log. */
  readonly version: number;
}

/**
 * Describes one of a room's tables to the change log. An image holds every column but the folds, so secrets live in a
 * table of their own, which is no entity.
 */
export interface Entity<Row extends EntityRow = EntityRow> {
  /** The name of the model, and of the GraphQL type that shows its rows. */
  readonly name: ModelName;
  /** The noun for a row in a sentence, if it is not the name in small letters: "file-access policy". */
  readonly noun?: string;
  /** The feed that a change belongs to, and the feeds in which it is repeated. */
  feeds(row: Row): readonly [string, ...string[]];
  /**
   * Tells whether a change of this row of the platform is repeated in the feed of every tenant. The projector does that
   * later: one transaction cannot hold so many feeds.
   */
  concernsEveryTenant?(row: Row): boolean;
  /** Tells likewise whether it is repeated in the feed of every organization, whose own users see it. */
  concernsEveryOrganization?(row: Row): boolean;
  /**
   * The organization whose tenants all share this row, or null. The projector repeats its changes in the feeds of these
   * tenants, as it does with those of the platform.
   */
  sharedBy?(row: Row): string | null;
  /**
   * The organization whose shared rows the feed of this row receives; the feed has the id of the row. When the answer
   * changes, the feed gains the rows of the new organization and loses those of the old one.
   */
  sharesIn?(row: Row): string;
  /** Whether no row is ever changed. Such rows keep the organization under which they were written. */
  readonly isAppendOnly?: boolean;
  /** The users whose rights the step from `before` to `after` alters; null for a row that does not exist. */
  rights?(before: Row | null, after: Row | null): RightsChange | null;
  /** The user whose connections the step from `before` to `after` ends on every node, and why; null if it ends none. */
  disconnects?(before: Row | null, after: Row | null): Disconnection | null;
  /** Whether this image says that persons were erased from earlier changes of the feed: nodes forget what they keep. */
  erasesEarlier?(row: Row): boolean;
  /** The views of viewers who do not see all columns of a row. */
  readonly views?: readonly PartialView<Row>[];
  /** The unique indexes that a client can run into, by name. */
  readonly unique?: Readonly<Record<string, UniqueIndex>>;
  /** Columns by the names that they had before a migration. Images from before it are read under today's names. */
  readonly formerNames?: Readonly<Record<string, keyof Row & string>>;
  /** The values that columns which came later have in images from before them: those that the migration gave to rows. */
  readonly laterColumns?: (image: Row) => Readonly<Record<string, unknown>>;
  /** The faults that refuse to delete a row to which rows of this entity refer, by the column that refers to it. */
  readonly inUse?: Readonly<Record<string, Fault<'IN_USE'>>>;
}

/** The refusal of a value that is already taken. */
export interface UniqueIndex {
  /** The field of the input that holds the value. */
  readonly field: string;
  readonly refusal: Fault<'ALREADY_EXISTS'>;
}

/** The noun for a row of an entity in a sentence, e.g. "maintenance request". */
export function nounOf({ noun, name }: Pick<Entity, 'noun' | 'name'>): string {
  return noun ?? inWords(name);
}

/** The end of all connections of a user. Its session continues: the user can connect again. */
export interface Disconnection {
  readonly user: string;
  /** The words of the administrator, which the clients of the user show. */
  readonly reason: string;
}

/** The users whose rights must be read again before anything later in the feed is delivered to them. */
export interface RightsChange {
  readonly user?: string;
  readonly session?: string;
  readonly tenant?: string;
  /** Two if a tenant moves from one to the other. */
  readonly organization?: string | readonly string[];
  /** Set if all users are concerned. */
  readonly everyone?: true;
}

/** One row of the change log, with its position in the feed. */
export interface Change<Row extends EntityRow = EntityRow> {
  readonly feed: string;
  readonly seq: number;
  readonly eventId: string;
  readonly kind: ChangeKind;
  readonly entity: string;
  readonly entityId: string;
  readonly entityVersion: number;
  /** The row after the change; of a deletion, the last row. */
  readonly image: Row;
  /** The old values of the columns that changed. */
  readonly before: Partial<Row>;
  /** The bulk job of which it is a part. Absent: of none. */
  readonly jobId?: string;
  readonly rights: RightsChange | null;
  readonly actor: Actor;
  readonly requestId: string | null;
  /** The network address of the request; null if no request made the change. */
  readonly ip: string | null;
  readonly occurredAt: Date;
}

/** The row as it was before a change; null when the change created it. */
export function rowBefore<Row extends EntityRow>(change: Change<Row>): Row | null {
  return change.kind === 'CREATED' ? null : { ...change.image, ...change.before };
}

/** The row as it is after a change; null when the change deleted it. */
export function rowAfter<Row extends EntityRow>(change: Change<Row>): Row | null {
  return change.kind === 'DELETED' ? null : change.image;
}

/**
 * The row that the feed of a tenant loses by a change because the tenant left the organization that shares it; null for
 * any other change. It is shown as a row of the tenant, whose viewers no longer see rows of that organization. `before`
 * has what differs from the row itself, so to all that read images it is as invisible as the row.
 */
export function rowLost<Row extends EntityRow>({ kind, image, before }: Change<Row>): Row | null {
  return kind === 'DELETED' && Object.keys(before).length > 0 ? image : null;
}

/** The columns that every change alters. They are not listed as changed. */
export const BOOKKEEPING: readonly string[] = ['version', 'updatedAt'];

/** The columns whose values a change altered, except BOOKKEEPING; empty for a creation or deletion. */
export function changedColumns(change: Change): string[] {
  return Object.keys(change.before).filter((column) => !BOOKKEEPING.includes(column));
}
