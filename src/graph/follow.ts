import type { GraphQLSchema } from 'graphql';
import type { Change } from '../core/change.ts';
import type { Rule } from '../core/rules.ts';
import type { Viewer } from '../core/viewer.ts';
import type { Where } from '../core/where.ts';

/**
 * How a subscription field is followed. The field declares it as `extensions.follow`, the delivery engine carries
 * it out: a room says who hears what, and the engine knows no room.
 */
export interface FollowSpec {
  /** Asked again whenever the viewer's rights change; a viewer it no longer allows is cut off. */
  readonly rule: Rule;
  /** Names the one feed that the field reads. Throws a RequestError for one that the viewer may not follow. */
  readonly feed: (viewer: Viewer, args: FollowArgs) => string;
  /** Makes the view of a viewer with these arguments. Throws a RequestError for arguments that cannot be followed. */
  readonly view: (viewer: Viewer, args: FollowArgs, schema: GraphQLSchema) => View;
  /** Whether what this viewer is shown depends on who it is, and not only on what it may do. */
  readonly isPersonal: (viewer: Viewer, args: FollowArgs) => boolean;
  /** Whether the field's items can tell a client to start afresh and where the feed stands. */
  readonly hasPositions: boolean;
  /** The rows it tells of, for whoever asks the schema who sees what. Absent where it tells of no rows of its own. */
  readonly shows?: ShownRows;
}

/** The GraphQL type that shows rows, and which of them a viewer sees. */
export interface ShownRows {
  readonly typeName: string;
  /** The same rule that filters the type's queries. */
  readonly visibleTo: (viewer: Viewer) => Where<object>;
}

/**
 * What a change is to a viewer: what to deliver of it, or null. Pure: equal viewers with equal arguments always
 * get equal answers.
 */
export type View = (change: Change) => SeenChange | null;

/** The arguments that every followed field understands, beside its own. */
export interface FollowArgs {
  readonly tenantId?: string | null;
  readonly after?: string | null;
  readonly [name: string]: unknown;
}

/** A change as one viewer sees it: what entered the view was created, what left it was deleted. */
export interface SeenChange {
  /** The GraphQL type of the event. */
  readonly __typename: string;
  /** The GraphQL type that shows the row. */
  readonly shownAs: string;
  readonly change: Change;
  /** The row after the change; of what is gone, the last one. */
  readonly row: object;
}

export type ResetReason = 'EXPIRED' | 'EPOCH_CHANGED';

type Notice =
  | { readonly __typename: 'FeedReset'; readonly reason: ResetReason }
  | { readonly __typename: 'FeedPosition' };

/** The root value with which the selection of a followed field is executed, once for each item. */
export type FollowItem = (SeenChange | Notice) & { readonly cursor: string };

declare module 'graphql' {
  // The names of the parameters must be those of the declaration it joins.
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    follow?: FollowSpec;
  }
}
