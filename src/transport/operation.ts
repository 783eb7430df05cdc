import type { Context } from '../core/context.ts';
import type { FeedCursors } from '../core/feed-cursors.ts';
import type { Viewer } from '../core/viewer.ts';
import type { ClientConnection } from '../live/client-connection.ts';
import type { Sink } from '../live/payload.ts';

/** Where an operation comes from. */
export interface OperationSource {
  readonly connection: ClientConnection;
  /** Whether the connection carries this operation only, as an HTTP request does. */
  readonly isOneOperation: boolean;
  readonly requestId: string;
  /** Whether the client still waits for the answer. */
  readonly isAwaited: () => boolean;
  /** Where payloads of a subscription go, if the transport can be written to at any time. */
  readonly sink: Sink | null;
  /** Where an event stream was cut, as its client says; null elsewhere. */
  readonly lastEventId: string | null;
}

/** The context of an operation: what resolvers use, and where the operation came from. */
export interface OperationContext extends Context {
  readonly source: OperationSource;
  /** Read when the operation is about to be executed. */
  feedCursors: FeedCursors;
}

/** How an operation's context travels through the pipeline: whole, as copying it would fix who the viewer is. */
export interface YogaContext {
  readonly operation: OperationContext;
}

/** Makes the context of one execution; `viewer` tells who executes, at the moment it is asked. */
export type ContextFor = (source: OperationSource, viewer: () => Viewer | null) => OperationContext;

/** The context of the operation that is about to be executed or followed. */
export function operationOf({ contextValue }: { readonly contextValue?: unknown }): OperationContext {
  return (contextValue as YogaContext).operation;
}
