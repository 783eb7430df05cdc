import { setImmediate } from 'node:timers/promises';
import type { ExecutionArgs, GraphQLError } from 'graphql';
import { type Context, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { v4 as uuidv4 } from 'uuid';
import type { Clock } from '../../core/process/clock.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { traceParentOf } from '../../core/requests/tracing.ts';
import type { Identity } from '../../core/rights/identity.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import { ClientConnection, type RegisterConnection } from '../../live/connections/client-connection.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import { withoutStatus } from '../../operations/without-status.ts';
import type { OperationPipeline } from '../pipeline/operation-pipeline.ts';
import type { YogaContext } from '../pipeline/operation-source.ts';
import { AnonymousSockets } from './anonymous-sockets.ts';
import type { ClientSocket } from './client-socket.ts';
import { accept, type Executable, prepare } from './socket-operation.ts';
import { UninitialisedSockets } from './uninitialised-sockets.ts';

export interface SocketProtocolParts {
  readonly pipeline: OperationPipeline;
  readonly identity: Identity;
  readonly register: RegisterConnection;
  readonly present: PresentErrors;
  readonly clock: Clock;
  readonly initTimeoutMs: number;
  readonly maxOperations: number;
  /** The number of sockets of a network that may be open without a user, and the same before `connection_init`. */
  readonly maxAnonymous: number;
}

/** The state of one socket. */
export interface SocketState {
  readonly ip: string | null;
  /** The header of that name, from clients that can set headers. */
  readonly authorization: string | undefined;
  readonly client: ClientSocket;
  /** Set by the `connection_init` message. */
  connection?: ClientConnection;
  /** Set by the `connection_init` message: the span of its client. */
  traceParent?: string | null;
  /** Gives back the place of a socket without a user. */
  leaveAnonymous?: () => void;
}

/** When an operation can be sent again: only its client knows when it completes another one. */
const OPERATION_RETRY_S = 1;
const SOCKET = sentences('RATE_LIMITED', {
  TOO_MANY_OPERATIONS: 'At most {max} operations can run on one socket (WS_MAX_OPERATIONS).',
});

type Params = Record<string, unknown> | undefined;

/**
 * Connects graphql-transport-ws, as graphql-ws implements it, to the pipeline, and decides what each client may do. Of
 * all that a client says about itself only the token counts.
 *
 * graphql-ws keeps the objects of an operation for as long as it runs. `forgetParams`, `forgetArgs` and `forgetPayload`
 * empty the parts that it reads no more: docs/relied-on-internals.md says which these are, and which tests hold that.
 */
export function socketProtocol(parts: SocketProtocolParts): Server<SocketState> {
  const anonymous = new AnonymousSockets(parts.maxAnonymous);
  const uninitialised = new UninitialisedSockets(parts.maxAnonymous);
  const present: PresentErrors = (result, requestId) => withoutStatus(parts.present(result, requestId));
  const server = makeServer<Record<string, unknown>, SocketState>({
    connectionInitWaitTimeout: parts.initTimeoutMs,
    onConnect: (ctx) => {
      const { extra, connectionParams } = ctx;
      extra.traceParent = traceParentOf(connectionParams?.traceparent);
      forgetParams(ctx);
      uninitialised.leave(extra);
      return connect(extra, connectionParams, anonymous, parts);
    },
    // A ping with a new token prolongs the connection without disturbing the operations on it.
    onPing: async ({ extra }, payload) => {
      if (extra.connection && payload && 'authorization' in payload) {
        // A token that cannot be checked now prolongs nothing, and the socket continues with its own.
        await accept(extra.connection, payload.authorization).catch((error: unknown) => {
          if (!isTryAgain(error)) throw error;
        });
      }
    },
    onSubscribe: async ({ extra, subscriptions }, id, payload) => {
      const { client, connection, traceParent = null } = extra;
      const requestId = uuidv4();
      const isAwaited = () => id in subscriptions;
      const prepared = (await hasTooMany(client, parts.maxOperations))
        ? [tooManyOperations(parts.maxOperations)]
        : await prepare(
            { client, connection, id, payload, requestId, traceParent, isAwaited },
            parts.pipeline,
          );
      return isErrors(prepared) ? (present({ errors: prepared }, requestId).errors ?? []) : prepared;
    },
    execute: ({ rootValue, ...args }) => (rootValue as Executable['rootValue']).execute(args),
    subscribe: (args) => {
      const { rootValue, ...others } = args;
      forgetArgs(args);
      return (rootValue as Executable['rootValue']).subscribe(others);
    },
    onNext: (_ctx, _id, _payload, { contextValue }, result) =>
      present(result, (contextValue as YogaContext).operation.requestId),
    onOperation: ({ extra }, _id, payload, _args, result) => {
      if (!(Symbol.asyncIterator in result)) return;
      extra.client.pendingRequests.streamBegan(payload);
      forgetPayload(payload);
    },
    onComplete: ({ extra }, _id, payload) => extra.client.pendingRequests.streamEnded(payload),
    onClose: ({ extra }) => {
      uninitialised.leave(extra);
      extra.leaveAnonymous?.();
      extra.connection?.close();
    },
  });
  return {
    opened: (socket, extra) => {
      uninitialised.enter(extra);
      return server.opened(socket, extra);
    },
  };
}

/** Forgets the token, which graphql-ws would keep for as long as the socket is open. */
function forgetParams(ctx: Context<Record<string, unknown>, SocketState>): void {
  Object.assign(ctx, { connectionParams: undefined });
}

/** Forgets the arguments of a subscription. Of these, only `onNext` reads the request's id again. */
function forgetArgs(args: ExecutionArgs): void {
  const { requestId } = (args.contextValue as YogaContext).operation;
  Object.assign(args, { rootValue: null, variableValues: null, contextValue: { operation: { requestId } } });
}

/** Forgets the content of a `subscribe` message. Its object still identifies the operation. */
function forgetPayload(payload: SubscribePayload): void {
  Object.assign(payload, { query: '', variables: null, extensions: null });
}

/** Whether a client runs too many operations. An operation that it has just completed ends within this turn. */
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
  connection.onEnd((reason) => extra.client.end(reason, connection.endWords));
  extra.connection = connection;
  const authorization = params?.authorization ?? params?.Authorization ?? extra.authorization;
  if (authorization === undefined) enterAnonymous(extra, connection, anonymous);
  await connection.keep();
  try {
    if (authorization !== undefined && !(await accept(connection, authorization))) return false;
  } catch (error) {
    if (!isTryAgain(error)) throw error;
    extra.client.closeFor('TRY_AGAIN');
    return false;
  }
  return { connectionId: connection.id, serverTime: parts.clock.now().toISOString() };
}

/** Counts a socket without a user until a user signs in on it. Closes it if its network has too many. */
function enterAnonymous(extra: SocketState, connection: ClientConnection, anonymous: AnonymousSockets): void {
  const leave = anonymous.take(extra.ip);
  if (!leave) {
    extra.client.closeFor('TOO_MANY_ANONYMOUS', anonymous.limit);
    return;
  }
  extra.leaveAnonymous = leave;
  connection.onViewerChange(leave);
}

function isTryAgain(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'TRY_AGAIN';
}

function tooManyOperations(limit: number): GraphQLError {
  return refusedBy(SOCKET.TOO_MANY_OPERATIONS({ max: limit }), {
    extensions: { retryAfter: OPERATION_RETRY_S },
  });
}

function isErrors(prepared: Executable | readonly GraphQLError[]): prepared is readonly GraphQLError[] {
  return Array.isArray(prepared);
}
