import { setImmediate } from 'node:timers/promises';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST } from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { v4 as uuidv4 } from 'uuid';
import type { Clock } from '../../core/clock.ts';
import type { Identity } from '../../core/identity.ts';
import { asGraphQLError } from '../../graph/as-graphql-error.ts';
import { ClientConnection, type RegisterConnection } from '../../live/connections/client-connection.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import type { OperationSource, YogaContext } from '../pipeline/operation-source.ts';
import { bearerToken } from '../pipeline/request-headers.ts';
import { AnonymousSockets } from './anonymous-sockets.ts';
import type { ClientSocket } from './client-socket.ts';

export interface SocketProtocolParts {
  readonly pipeline: OperationPipeline;
  readonly identity: Identity;
  readonly register: RegisterConnection;
  readonly present: PresentErrors;
  readonly clock: Clock;
  readonly initTimeoutMs: number;
  readonly maxOperations: number;
  /** How many sockets of a network may be open without a user. */
  readonly maxAnonymous: number;
}

/** What belongs to one socket. */
export interface SocketState {
  readonly ip: string | null;
  /** The header of that name, for clients that can set headers. */
  readonly authorization: string | undefined;
  readonly client: ClientSocket;
  /** Set by the `connection_init` message. */
  connection?: ClientConnection;
  /** Gives back the place of a socket without a user. */
  leaveAnonymous?: () => void;
}

type Params = Record<string, unknown> | undefined;

/**
 * Decides who may do what over graphql-transport-ws; the protocol itself is graphql-ws's. Of all that a client says
 * about itself only the token counts.
 */
export function socketProtocol(parts: SocketProtocolParts): Server<SocketState> {
  const anonymous = new AnonymousSockets(parts.maxAnonymous);
  return makeServer<Record<string, unknown>, SocketState>({
    connectionInitWaitTimeout: parts.initTimeoutMs,
    onConnect: (ctx) => {
      const { extra, connectionParams } = ctx;
      // The library would keep the token for as long as the socket is open.
      Object.assign(ctx, { connectionParams: undefined });
      return connect(extra, connectionParams, anonymous, parts);
    },
    // A ping with a new token prolongs the connection without disturbing what runs over it.
    onPing: async ({ extra }, payload) => {
      if (extra.connection && payload && 'authorization' in payload) {
        await accept(extra.connection, payload.authorization);
      }
    },
    onSubscribe: async ({ extra, subscriptions }, id, payload) => {
      const requestId = uuidv4();
      const prepared = (await hasTooMany(extra.client, parts.maxOperations))
        ? [tooManyOperations(parts.maxOperations)]
        : await prepare(extra, { id, payload, requestId, isAwaited: () => id in subscriptions }, parts);
      return isErrors(prepared) ? (parts.present({ errors: prepared }, requestId).errors ?? []) : prepared;
    },
    execute: ({ rootValue, ...args }) => (rootValue as Executable['rootValue']).execute(args),
    subscribe: (args) => {
      const { rootValue, ...others } = args;
      forget(args);
      return (rootValue as Executable['rootValue']).subscribe(others);
    },
    onNext: (_ctx, _id, _payload, { contextValue }, result) =>
      parts.present(result, (contextValue as YogaContext).operation.requestId),
    onOperation: ({ extra }, _id, payload, _args, result) => {
      if (!(Symbol.asyncIterator in result)) return;
      extra.client.pendingRequests.streamBegan(payload);
      // The library keeps it for as long as the stream runs; from now on it only tells one operation from another.
      Object.assign(payload, { query: '', variables: null, extensions: null });
    },
    onComplete: ({ extra }, _id, payload) => extra.client.pendingRequests.streamEnded(payload),
    onClose: ({ extra }) => {
      extra.leaveAnonymous?.();
      extra.connection?.close();
    },
  });
}

/** The library keeps what an operation was started with for as long as it runs. All it needs of that is the request. */
function forget(args: ExecutionArgs): void {
  const { requestId } = (args.contextValue as YogaContext).operation;
  Object.assign(args, { rootValue: null, variableValues: null, contextValue: { operation: { requestId } } });
}

/** Whether a client has too much under way; what it has just completed ends within this turn of the event loop. */
async function hasTooMany({ operationIds }: ClientSocket, limit: number): Promise<boolean> {
  if (operationIds.count > limit) await setImmediate();
  return operationIds.count > limit;
}

async function connect(
  extra: SocketState,
  params: Params,
  anonymous: AnonymousSockets,
  parts: SocketProtocolParts,
) {
  const connection = new ClientConnection(parts.identity, parts.register, extra.ip);
  connection.onEnd((reason) => extra.client.end(reason));
  extra.connection = connection;
  const authorization = params?.authorization ?? params?.Authorization ?? extra.authorization;
  if (authorization === undefined) enterAnonymous(extra, connection, anonymous);
  await connection.keep();
  if (authorization !== undefined && !(await accept(connection, authorization))) return false;
  return { connectionId: connection.id, serverTime: parts.clock.now().toISOString() };
}

/** Counts a socket without a user until somebody signs in on it, or closes it if its network has too many. */
function enterAnonymous(extra: SocketState, connection: ClientConnection, anonymous: AnonymousSockets): void {
  const leave = anonymous.take(extra.ip);
  if (!leave) {
    extra.client.closeFor('TOO_MANY_ANONYMOUS', anonymous.limit);
    return;
  }
  extra.leaveAnonymous = leave;
  connection.onViewerChange(leave);
}

/** Signs the socket's client in, or prolongs it. False for a token that will not do. */
function accept(connection: ClientConnection, authorization: unknown): Promise<boolean> {
  return connection.adopt(bearerToken(authorization) ?? '');
}

/** Stands for the request where there is none; one for all, as it is kept for as long as its operation runs. */
const OVER_A_SOCKET = new Request('http://socket.invalid/graphql', { method: 'POST' });

/** One operation as a `subscribe` message asks for it. */
interface SocketOperation {
  readonly id: string;
  readonly payload: SubscribePayload;
  readonly requestId: string;
  /** Whether its client has not said that it is complete. */
  readonly isAwaited: () => boolean;
}

type Executable = ExecutionArgs & { rootValue: { execute: Run; subscribe: Run } };
type Run = (args: ExecutionArgs) => Promise<ExecutionResult>;

/** Leads an operation through the pipeline up to its execution. An error in it is the operation's, not the socket's. */
async function prepare(
  extra: SocketState,
  operation: SocketOperation,
  { pipeline }: SocketProtocolParts,
): Promise<Executable | readonly GraphQLError[]> {
  try {
    const source = await sourceOf(extra, operation);
    const { payload: params } = operation;
    const { schema, execute, subscribe, contextFactory, parse, validate } = pipeline.getEnveloped({
      source,
      ip: source.connection.ip,
      params,
      request: OVER_A_SOCKET,
    });
    const document = parse(params.query);
    const errors = validate(schema, document);
    if (errors.length > 0) return errors as GraphQLError[];
    // The watch hears of a change of rights a moment after its commit, later without Redis: too late for what is asked
    // and written in between. A subscription reads its viewer itself, when it has hold of its feed.
    const isFollowing = getOperationAST(document, params.operationName)?.operation === 'subscription';
    if (!isFollowing) await source.connection.refresh();
    const contextValue = await contextFactory();
    // Nothing is begun for a client that has gone, or was sent away meanwhile.
    if (source.connection.endReason || !extra.client.isOpen) throw closed();
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

async function sourceOf(
  extra: SocketState,
  { id, payload, requestId, isAwaited }: SocketOperation,
): Promise<OperationSource> {
  const { connection } = extra;
  if (!connection) throw closed();
  const isAnonymous = connection.viewer === null;
  // GraphiQL knows its headers only when an operation is sent, so they come with the operation.
  const headers = payload.extensions?.headers as Params;
  const authorization = headers?.authorization ?? headers?.Authorization;
  if (isAnonymous && authorization !== undefined) await accept(connection, authorization);
  return {
    connection,
    isOneOperation: false,
    requestId,
    isAwaited: () => extra.client.isOpen && isAwaited(),
    sink: extra.client.writer.sinkOf(id),
    lastEventId: null,
  };
}

function closed(): GraphQLError {
  return new GraphQLError('The connection was closed.');
}

function tooManyOperations(limit: number): GraphQLError {
  return new GraphQLError(`At most ${limit} operations can run on one socket (WS_MAX_OPERATIONS).`, {
    extensions: { code: 'RATE_LIMITED' },
  });
}

function isErrors(prepared: Executable | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}
