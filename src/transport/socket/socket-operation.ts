import { type ExecutionArgs, type ExecutionResult, type GraphQLError, getOperationAST } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { sentences } from '../../core/requests/fault.ts';
import { traceParentOf } from '../../core/requests/tracing.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import type { ClientConnection } from '../../live/connections/client-connection.ts';
import { asGraphQLError } from '../../operations/as-graphql-error.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import type { OperationSource } from '../pipeline/operation-source.ts';
import { bearerToken } from '../pipeline/request-headers.ts';
import type { ClientSocket } from './client-socket.ts';

/** One operation, as a `subscribe` message asks for it. */
export interface SocketOperation {
  readonly client: ClientSocket;
  /** Undefined before the `connection_init` message. */
  readonly connection: ClientConnection | undefined;
  readonly id: string;
  readonly payload: SubscribePayload;
  readonly requestId: string;
  /** That of the `connection_init` message. */
  readonly traceParent: string | null;
  /** Whether the client has not completed the operation. */
  readonly isAwaited: () => boolean;
}

/**
 * An operation that is ready to be executed. It carries Yoga's functions in its root value, as Yoga documents for
 * graphql-ws: these run the plugins, and they belong to this one operation.
 */
export type Executable = ExecutionArgs & { rootValue: { execute: Run; subscribe: Run } };
type Run = (args: ExecutionArgs) => Promise<ExecutionResult>;

/** Stands for the HTTP request that an operation on a socket does not have. One for all: it is kept while they run. */
const OVER_A_SOCKET = new Request('http://socket.invalid/graphql', { method: 'POST' });

const SOCKET = sentences('BAD_USER_INPUT', { CONNECTION_CLOSED: 'The connection was closed.' });

/** Leads an operation through the pipeline up to its execution. Returns errors, which are the operation's own. */
export async function prepare(
  operation: SocketOperation,
  pipeline: OperationPipeline,
): Promise<Executable | readonly GraphQLError[]> {
  try {
    const source = await sourceOf(operation);
    const { client, payload: params } = operation;
    const { schema, execute, subscribe, contextFactory, parse, validate } = pipeline.getEnveloped({
      source,
      ip: source.connection.ip,
      params,
      request: OVER_A_SOCKET,
    });
    const document = parse(params.query);
    const errors = validate(schema, document);
    if (errors.length > 0) return errors as GraphQLError[];
    // The rights watch learns of a change of rights shortly after its commit, and later without Redis. That is too late
    // for an operation that comes in between. A subscription reads the viewer again itself, once it holds its feed.
    const isSubscription = getOperationAST(document, params.operationName)?.operation === 'subscription';
    if (!isSubscription) await source.connection.refresh();
    const contextValue = await contextFactory();
    // Nothing is started for a client that has left or was disconnected meanwhile.
    if (source.connection.endReason || !client.isOpen) throw closed();
    return {
      schema,
      document,
      operationName: params.operationName ?? null,
      variableValues: params.variables ?? null,
      contextValue,
      rootValue: { execute, subscribe },
    };
  } catch (error) {
    return [asGraphQLError(error)];
  }
}

/** Signs a client in, or prolongs its connection. False if the token is refused. */
export function accept(connection: ClientConnection, authorization: unknown): Promise<boolean> {
  return connection.adopt(bearerToken(authorization) ?? '');
}

async function sourceOf({
  client,
  connection,
  id,
  payload,
  requestId,
  traceParent,
  isAwaited,
}: SocketOperation): Promise<OperationSource> {
  if (!connection) throw closed();
  const isAnonymous = connection.viewer === null;
  // GraphiQL knows its headers only when it sends an operation, so they come with the operation.
  const headers = payload.extensions?.headers as Record<string, unknown> | undefined;
  const authorization = headers?.authorization ?? headers?.Authorization;
  if (isAnonymous && authorization !== undefined) await accept(connection, authorization);
  return {
    connection,
    isOneOperation: false,
    requestId,
    isAwaited: () => client.isOpen && isAwaited(),
    sink: client.writer.sinkOf(id),
    lastEventId: null,
    // That of the operation, or else that of the client's page, which opened the socket.
    traceParent: traceParentOf(payload.extensions?.traceparent ?? headers?.traceparent) ?? traceParent,
  };
}

function closed(): GraphQLError {
  return refusedBy(SOCKET.CONNECTION_CLOSED());
}
