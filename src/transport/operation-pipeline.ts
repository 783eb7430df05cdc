import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { ChangeLog } from '../changes/change-log.ts';
import type { CursorCodec } from '../core/cursor.ts';
import { RequestError } from '../core/errors.ts';
import type { Identity } from '../core/identity.ts';
import type { Log } from '../core/log.ts';
import type { Metrics } from '../core/metrics.ts';
import { ClientConnection, type RegisterConnection } from '../live/client-connection.ts';
import type { Subscriptions } from '../live/subscriptions.ts';
import { bearerToken } from './bearer-token.ts';
import type { Drain } from './drain.ts';
import { eventStreams } from './event-stream.ts';
import { readFeedCursors } from './feed-cursors.ts';
import { jsonBody } from './json-body.ts';
import { liveSubscriptions } from './live-subscriptions.ts';
import { measureOperations } from './measure-operations.ts';
import { type ContextFor, type OperationSource, operationOf, type YogaContext } from './operation.ts';
import type { PresentErrors } from './present-errors.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';

/** What HTTP servers and sockets add to an operation before it enters the pipeline. */
export interface Arrival {
  readonly ip: string | null;
  /** Set by transports whose connection outlives the operation. */
  readonly source?: OperationSource;
}

export type OperationPipeline = YogaServerInstance<Arrival, YogaContext>;

export interface PipelineParts {
  readonly schema: GraphQLSchema;
  readonly identity: Identity;
  readonly register: RegisterConnection;
  readonly subscriptions: Subscriptions;
  readonly contextFor: ContextFor;
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly present: PresentErrors;
  readonly drain: Drain;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly maxBodyBytes: number;
  readonly corsOrigins: readonly string[];
  /** Sockets and event streams of a user. */
  readonly maxConnections: number;
  /** What bounds the operations, the same for every transport. */
  readonly limits: readonly Plugin[];
}

/**
 * The one way that every operation takes, whether it came by HTTP, as an event stream or over a WebSocket:
 * parse within limits → validate → who is it → execute or follow → present the errors.
 */
export function createPipeline(parts: PipelineParts): OperationPipeline {
  return createYoga<Arrival, YogaContext>({
    schema: parts.schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    graphiql: false,
    batching: false,
    multipart: false,
    logging: false,
    // Errors are presented where results leave, because only there the request they belong to is known.
    maskedErrors: false,
    cors: parts.corsOrigins.length > 0 && {
      origin: [...parts.corsOrigins],
      methods: ['GET', 'POST'],
      allowedHeaders: ['authorization', 'content-type', 'last-event-id', REQUEST_ID_HEADER],
      exposedHeaders: [REQUEST_ID_HEADER, 'retry-after'],
    },
    context: async ({ request, source, ip }) => {
      const from = source ?? (await fromRequest(request, ip, parts));
      return { operation: parts.contextFor(from, () => from.connection.viewer) };
    },
    plugins: [
      jsonBody(parts.maxBodyBytes),
      ...parts.limits,
      readFeedCursors(parts.changeLog, parts.cursors),
      withOwnContext,
      liveSubscriptions(parts.subscriptions, parts.maxConnections),
      // Behind those that say what runs.
      measureOperations(parts.metrics),
      // Before the event stream, which then finds single results presented and logged.
      presentation(parts.present),
      eventStreams(parts),
    ],
  });
}

async function fromRequest(
  request: Request,
  ip: string | null,
  { identity, register }: PipelineParts,
): Promise<OperationSource> {
  const connection = new ClientConnection(identity, register, ip);
  const authorization = request.headers.get('authorization');
  if (authorization !== null) await authenticate(connection, authorization);
  return {
    connection,
    isOneOperation: true,
    sink: null,
    requestId: requestIdOf(request),
    isAwaited: () => !request.signal.aborted,
    // Browsers send it empty when they have none.
    lastEventId: request.headers.get('last-event-id') || null,
  };
}

async function authenticate(connection: ClientConnection, authorization: string): Promise<void> {
  try {
    await connection.authenticate(bearerToken(authorization) ?? '');
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new GraphQLError(error.message, { extensions: { code: error.code, http: { status: 401 } } });
  }
}

/** Has resolvers given our own context, and not Yoga's copy of it, in which the viewer would be fixed. */
const withOwnContext: Plugin = {
  onExecute({ executeFn, setExecuteFn }) {
    setExecuteFn((args) => executeFn({ ...args, contextValue: operationOf(args) }));
  },
};

/**
 * Presents the errors of single results, also of requests that were refused before they became an operation; streams
 * are presented item by item where they are written.
 */
function presentation(present: PresentErrors): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (!(Symbol.asyncIterator in result))
        setResult(present(result as ExecutionResult, requestIdOf(request)));
    },
    onResponse({ request, response }) {
      response.headers.set(REQUEST_ID_HEADER, requestIdOf(request));
    },
  };
}
