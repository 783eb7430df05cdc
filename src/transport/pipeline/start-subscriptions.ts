import { type ExecutionArgs, type GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { SOCKET_CLOSES } from '../../core/process/close-codes.ts';
import { sentences } from '../../core/requests/fault.ts';
import { refusedBy } from '../../graph/schema/refused-by.ts';
import type { SubscriptionEngine } from '../../live/subscription-engine.ts';
import { acceptsEventStream } from '../event-stream/event-streams.ts';
import type { StreamTickets } from '../event-stream/stream-tickets.ts';
import { operationOf } from './operation-source.ts';
import { type Started, startInTime } from './start-in-time.ts';

/** Another connection of the user may end at any time; those of a killed node are counted for up to 45 seconds. */
const CONNECTION_RETRY_S = 5;

const LIMIT = sentences('RATE_LIMITED', {
  TOO_MANY_CONNECTIONS: `${SOCKET_CLOSES.TOO_MANY_CONNECTIONS.reason}.`,
});
const REQUEST = sentences('BAD_USER_INPUT', {
  NO_EVENT_STREAM:
    'A subscription is answered with an event stream: accept "text/event-stream", or send it over a WebSocket.',
  ONLY_QUERIES_BY_GET:
    'Only queries can be sent by GET: send a subscription by POST, over a WebSocket, or with a ticket (streamTicketCreate).',
});

/** Passes the subscriptions of every transport to the subscription engine, instead of to resolvers. */
export function startSubscriptions(
  subscriptions: SubscriptionEngine,
  tickets: StreamTickets,
  maxConnections: number,
): Plugin {
  const start = async (execution: ExecutionArgs, onClosed: () => void): Promise<Started> => {
    const { connection, lastEventId, sink, isOneOperation } = operationOf(execution).source;
    if (isOneOperation) await connection.keep();
    if (connection.endReason === 'TOO_MANY_CONNECTIONS') return { errors: [tooMany(maxConnections)] };
    const { schema, document, operationName } = execution;
    return subscriptions.subscribe({
      // These are kept for as long as the stream runs. So there is no context, as each event has one of its own, and no
      // variable that the operation does not declare.
      execution: { schema, document, operationName, variableValues: declaredVariables(execution) },
      connection,
      lastEventId,
      sink,
      onClosed,
    });
  };
  const subscribe = (execution: ExecutionArgs): Promise<Started> => {
    const { source, deadline } = operationOf(execution);
    const onClosed = source.isOneOperation ? () => source.connection.close() : NOTHING;
    return startInTime(() => start(execution, onClosed), deadline, onClosed);
  };
  return {
    onSubscribe({ args, setSubscribeFn }) {
      const { request } = args.contextValue as { request?: Request };
      if (request?.method === 'GET' && !tickets.hasOpened(request)) throw onlyQueriesByGet();
      const { isOneOperation } = operationOf(args).source;
      if (request && isOneOperation && !acceptsEventStream(request)) throw notAcceptable();
      setSubscribeFn(subscribe as never);
    },
  };
}

function declaredVariables({
  document,
  operationName,
  variableValues,
}: ExecutionArgs): Record<string, unknown> {
  const declared = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  const names = declared.map(({ variable }) => variable.name.value);
  return Object.fromEntries(Object.entries(variableValues ?? {}).filter(([name]) => names.includes(name)));
}

function NOTHING(): void {}

function tooMany(limit: number): GraphQLError {
  return refusedBy(LIMIT.TOO_MANY_CONNECTIONS({ limit }), {
    extensions: { retryAfter: CONNECTION_RETRY_S },
  });
}

function notAcceptable(): GraphQLError {
  return refusedBy(REQUEST.NO_EVENT_STREAM(), { extensions: { http: { status: 406 } } });
}

function onlyQueriesByGet(): GraphQLError {
  return refusedBy(REQUEST.ONLY_QUERIES_BY_GET(), {
    extensions: { http: { status: 405, headers: { allow: 'POST' } } },
  });
}
