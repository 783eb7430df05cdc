import type { GraphQLSchema } from 'graphql';
import type { Rule } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { Change, EntityRow } from '../../core/rows/change.ts';
import type { GoneReason } from './gone-reason.ts';
import type { SnapshotPage, SnapshotRows } from './snapshot.ts';
import type { WindowRows } from './window-rows.ts';

/**
 * The spec of a subscription field that reads a feed. The field declares it as `extensions.follow`, and the
 * subscription engine executes it. So a room decides which viewers receive which changes, and the engine knows no room.
 */
export interface FollowSpec {
  /** Checked again whenever the viewer's rights change; a viewer that it no longer allows is disconnected. */
  readonly rule: Rule;
  /** Returns the one feed that the field reads. Throws a RequestError for a feed that the viewer may not read. */
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
  /**
   * The entities of which the view shows changes, by name. A client that resumes receives what is
   * in the log of these, and nothing else is read. Absent or undefined: all.
   */
  readonly entities?: (args: FollowArgs) => readonly string[] | undefined;
  /** Makes the view of a viewer with these arguments. Throws a RequestError for invalid arguments. */
  readonly view: (viewer: Viewer, args: FollowArgs, schema: GraphQLSchema) => View;
  /** Whether the events for this viewer depend on who it is, and not only on its rights. */
  readonly isPersonal: (viewer: Viewer, args: FollowArgs) => boolean;
  /** Finds the rows with which a stream begins that asks for them. Absent: the field takes no `snapshot`. */
  readonly snapshot?: (viewer: Viewer, args: FollowArgs, schema: GraphQLSchema) => SnapshotRows;
  /**
   * Finds the window that the arguments ask for; null if they ask for all rows. Throws a RequestError for arguments that
   * allow none. Absent: the field has no windows.
   */
  readonly window?: (viewer: Viewer, args: FollowArgs, schema: GraphQLSchema) => WindowRows | null;
  /** Whether the type of the field includes FeedReset and FeedPosition. */
  readonly hasPositions: boolean;
  /**
   * The rows that the field delivers, for readers of the schema such as `npm run who-sees-what`. Absent where it
   * delivers no rows of its own.
   */
  readonly shows?: ShownRows;
}

/** The GraphQL type that shows rows, and their visibility. */
export interface ShownRows {
  readonly typeName: string;
  /** The same rule that filters the type's queries. */
  readonly visibleTo: (viewer: Viewer) => Where<object>;
}

/**
 * Maps a change to the event that is delivered to a viewer, or to null. Pure: equal viewers with equal arguments always
 * get equal results.
 */
export type View = (change: Change) => SeenChange | null;

/** The arguments of every subscription field, besides its own. */
export interface FollowArgs {
  readonly tenantId?: string | null;
  readonly organizationId?: string | null;
  readonly after?: string | null;
  readonly snapshot?: boolean | null;
  readonly [name: string]: unknown;
}

/** A change as one viewer sees it: a row that entered the view was created, one that left it was deleted. */
export interface SeenChange {
  /** The GraphQL type of the event. */
  readonly __typename: string;
  /** The GraphQL type that shows the row. */
  readonly shownAs: string;
  readonly change: Change;
  /** The row after the change; of a deletion, the last row. */
  readonly row: object;
  /** Of a row that left the view, the reason. */
  readonly reason?: GoneReason;
  /** The id of the only user to whom it is delivered, of all that share the execution. Absent: to all of them. */
  readonly onlyFor?: string;
}

/** A row of a window with its position, as an item of a stream. */
export interface PlacedRow {
  readonly __typename: string;
  readonly row: EntityRow;
  /** The row before it; null if it is the first one. */
  readonly behindId: string | null;
  readonly entered: boolean;
  /** The change of this row that placed it; null if changes of other rows did. */
  readonly event: SeenChange | null;
}

export type ResetReason = 'EXPIRED' | 'EPOCH_CHANGED' | 'RIGHTS_CHANGED';

/** An item that says something of the stream itself. */
export type Notice =
  | { readonly __typename: 'FeedReset'; readonly reason: ResetReason }
  | { readonly __typename: 'FeedPosition' };

/** The root value with which the selection of a subscription field is executed, once for each event. */
export type FollowItem = (SeenChange | PlacedRow | SnapshotPage | Notice) & { readonly cursor: string };

declare module 'graphql' {
  // The type parameters must have the names of the declaration that this extends.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    follow?: FollowSpec;
  }
}
