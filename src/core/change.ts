import type { ActorKind, ChangeKind } from '../generated/prisma/enums.ts';

/** Every entity's row has at least these columns. */
export interface EntityRow {
  readonly id: string;
  /** One at creation; grows by one with every change, so it equals the number of changes in the log. */
  readonly version: number;
}

/** What a room tells the change log about one of its tables. */
export interface Entity<Row extends EntityRow = EntityRow> {
  /** The name of the model and of the GraphQL type that shows it. */
  readonly name: string;
  readonly table: string;
  /** What an image holds. A list of what may enter the log, not of what may not: secrets are never in it. */
  readonly columns: readonly (keyof Row & string)[];
  /** The columns that hold times: an image comes back from JSON with texts there. */
  readonly times: readonly (keyof Row & string)[];
  /** The feed the change belongs to; a change that concerns more feeds is repeated in the others. */
  feeds(row: Row): readonly [string, ...string[]];
  /**
   * Whether a change of this row of the platform concerns the people of every tenant. It is repeated in their feeds
   * later, by the projector: so many feeds cannot be held by one transaction.
   */
  concernsEveryTenant?(row: Row): boolean;
  /** Whom a change of this row concerns beside those who see the whole feed. */
  concerns(row: Row): Concerned;
  /** Whose rights the step from `before` to `after` alters; null stands for a row that does not exist. */
  rights?(before: Row | null, after: Row | null): RightsChange | null;
}

/** Ids of people and groups, by what they are. */
export type Concerned = Readonly<Record<string, string>>;

/** Whose rights have to be read again before anything later in the feed is delivered to them. */
export interface RightsChange {
  readonly user?: string;
  readonly session?: string;
  readonly tenant?: string;
  readonly organization?: string;
}

/** Who did it: a person, an integration's token, or the system itself. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: string | null;
  readonly name: string;
}

/** One row of the change log, with its place in the feed. */
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
  readonly rights: RightsChange | null;
  readonly actor: Actor;
  readonly requestId: string | null;
  /** The network address it was asked for from; null if no request made it. */
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

/** The columns that every change moves, so that they moved says nothing. */
export const BOOKKEEPING: readonly string[] = ['version', 'updatedAt'];

/** The columns whose values a change altered, but for those that every change moves; of a creation or deletion, none. */
export function changedColumns(change: Change): string[] {
  return Object.keys(change.before).filter((column) => !BOOKKEEPING.includes(column));
}
