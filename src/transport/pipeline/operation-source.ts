import { networkOf } from '../../lib/network-of.ts';
import type { ClientConnection } from '../../live/connections/client-connection.ts';
import type { Sink } from '../../live/streams/payload.ts';
import type { OperationContext, OperationOrigin } from '../../operations/operation-context.ts';

/** The origin of an operation, as a transport describes it to the pipeline. */
export interface OperationSource extends OperationOrigin {
  readonly connection: ClientConnection;
  /** Whether the connection carries this operation only, as an HTTP request does. */
  readonly isOneOperation: boolean;
  /** Takes the payloads of a subscription if the transport can be written to at any time; null elsewhere. */
  readonly sink: Sink | null;
  /** The last event that the client of an event stream has received, as the client says; null elsewhere. */
  readonly lastEventId: string | null;
  /** The span of the client, as a valid `traceparent`; null for none. */
  readonly traceParent: string | null;
}

/** The facts that HTTP servers and sockets add to an operation before it enters the pipeline. */
export interface Arrival {
  readonly ip: string | null;
  /** Set by transports whose connection outlives the operation. */
  readonly source?: OperationSource;
  /** Set where the server has written the document for the client, as for an export. */
  readonly isOwnDocument?: boolean;
}

/** The context of an operation that came through the pipeline. */
export type PipelineContext = OperationContext<OperationSource>;

/** Yoga's context, which carries ours as one object: a copy of its properties would fix the viewer. */
export interface YogaContext {
  readonly operation: PipelineContext;
}

/** Returns the context of the operation that Yoga is about to execute or subscribe to. */
export function operationOf({ contextValue }: { readonly contextValue?: unknown }): PipelineContext {
  return (contextValue as YogaContext).operation;
}

/**
 * The client that an operation is counted for: its user, or its network without one. An API token is a client of its own,
 * so that an integration uses up nothing of its user.
 */
export function clientOf({ viewer, ip }: Pick<PipelineContext, 'viewer' | 'ip'>): string {
  if (!viewer) return `network:${networkOf(ip)}`;
  return viewer.apiToken ? `token:${viewer.apiToken.id}` : `user:${viewer.userId}`;
}
