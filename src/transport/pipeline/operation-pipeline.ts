import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { ChangeLog } from '../../changes/change-log.ts';
import type { CursorCodec } from '../../core/feeds/cursor.ts';
import type { Log } from '../../core/process/log.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { type Tracing, traceParentOf } from '../../core/requests/tracing.ts';
import type { Identity } from '../../core/rights/identity.ts';
import { ClientConnection, type RegisterConnection } from '../../live/connections/client-connection.ts';
import type { SubscriptionEngine } from '../../live/subscription-engine.ts';
import type { ContextMaker } from '../../operations/operation-context.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { Drain } from '../drain.ts';
import { eventStreams } from '../event-stream/event-streams.ts';
import type { StreamTickets } from '../event-stream/stream-tickets.ts';
import { authenticateRequests } from './authenticate-requests.ts';
import { documentCaches } from './document-cache.ts';
import type { Introspection } from './introspection.ts';
import { measureOperations } from './measure-operations.ts';
import { type Arrival, type OperationSource, operationOf, type YogaContext } from './operation-source.ts';
import { recordOperations } from './record-operations.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-headers.ts';
import { requestParameters } from './request-parameters.ts';
import { withRetryStatus } from './retry-status.ts';
import { runInTurn } from './run-in-turn.ts';
import { snapshotCursors } from './snapshot-cursors.ts';
import { startSubscriptions } from './start-subscriptions.ts';

export type OperationPipeline = YogaServerInstance<Arrival, YogaContext>;

export interface PipelineParts {
  readonly schema: GraphQLSchema;
  readonly identity: Identity;
  readonly register: RegisterConnection;
  readonly subscriptions: SubscriptionEngine;
  readonly contextFor: ContextMaker;
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly present: PresentErrors;
  readonly tickets: StreamTickets;
  readonly drain: Drain;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Null where nothing is traced. */
  readonly tracing: Tracing | null;
  readonly maxBodyBytes: number;
  /** The number of sockets and event streams that a user may have. */
  readonly maxConnections: number;
  /** OPERATIONS_PER_USER. */
  readonly operationsPerUser: number;
  /** INTROSPECTION. */
  readonly introspection: Introspection;
  /** MAX_STATEMENTS. */
  readonly maxStatements: number;
  /** The plugins that limit operations, the same for every transport. */
  readonly limits: readonly Plugin[];
}

/**
 * Makes the pipeline of all operations, whether they come over HTTP, as an event stream or over a WebSocket:
 * parse within limits → validate → find the viewer, unless no field asks for one → limit rate and cost → execute in turn,
 * or subscribe → present the errors.
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
    parserAndValidationCache: documentCaches(),
    // Errors are presented where results leave, because the request they belong to is known there.
    maskedErrors: false,
    // The HTTP server answers preflights, and says which pages may read an answer.
    cors: false,
    context: ({ request, source, ip }) => {
      const from = source ?? fromRequest(request, ip, parts);
      return { operation: parts.contextFor(from) };
    },
    plugins: [
      requestParameters(parts.maxBodyBytes),
      authenticateRequests(parts.tickets, parts.introspection),
      ...parts.limits,
      snapshotCursors(parts.changeLog, parts.cursors),
      withOwnContext,
      runInTurn(parts),
      startSubscriptions(parts.subscriptions, parts.tickets, parts.maxConnections),
      // After the plugins that replace the function to be measured.
      measureOperations(parts.metrics),
      recordOperations(parts),
      // Before the event streams, which then get single results presented and logged.
      presentation(parts.present),
      eventStreams({
        ...parts,
        presentTo: (request, result) => parts.present(result, requestIdOf(request)),
        onComplete: (request) => parts.tickets.completed(request),
      }),
    ],
  });
}

function fromRequest(
  request: Request,
  ip: string | null,
  { identity, register }: PipelineParts,
): OperationSource {
  return {
    connection: new ClientConnection(identity, register, ip),
    isOneOperation: true,
    sink: null,
    requestId: requestIdOf(request),
    isAwaited: () => !request.signal.aborted,
    // Browsers send an empty header if they have no id.
    lastEventId: request.headers.get('last-event-id') || null,
    traceParent: traceParentOf(request.headers.get('traceparent')),
  };
}

/** Passes our own context to resolvers instead of Yoga's copy, in which the viewer would be fixed. */
const withOwnContext: Plugin = {
  onExecute({ executeFn, setExecuteFn }) {
    setExecuteFn((args) => executeFn({ ...args, contextValue: operationOf(args) }));
  },
};

/**
 * Presents the errors of single results, also of requests that were refused before they became an operation. The errors
 * of streams are presented where their items are written.
 */
function presentation(present: PresentErrors): Plugin {
  return {
    onResultProcess({ request, result, setResult }) {
      if (!(Symbol.asyncIterator in result))
        setResult(withRetryStatus(present(result as ExecutionResult, requestIdOf(request))));
    },
    onResponse({ request, response }) {
      response.headers.set(REQUEST_ID_HEADER, requestIdOf(request));
    },
  };
}
