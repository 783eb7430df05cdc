import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { socketClose } from '../core/close-codes.ts';
import type { ResultStream } from '../live/result-stream.ts';
import type { Subscriptions } from '../live/subscriptions.ts';
import { acceptsEventStream } from './event-stream.ts';
import type { YogaContext } from './operation.ts';

/** Has subscriptions of every transport carried out by the delivery engine instead of by resolvers. */
export function liveSubscriptions(subscriptions: Subscriptions, maxConnections: number): Plugin {
  const subscribe = async (execution: ExecutionArgs): Promise<ResultStream | ExecutionResult> => {
    const { connection, lastEventId, sink, isOneOperation } = (execution.contextValue as YogaContext)
      .operation.source;
    if (isOneOperation) await connection.keep();
    if (connection.endReason === 'TOO_MANY_CONNECTIONS') return { errors: [tooMany(maxConnections)] };
    const { schema, document, operationName, variableValues } = execution;
    return subscriptions.subscribe({
      // Not the context, which would be kept for as long as the stream runs: each event has one of its own.
      execution: { schema, document, operationName, variableValues },
      connection,
      lastEventId,
      sink,
      onClosed: isOneOperation ? () => connection.close() : NOTHING,
    });
  };
  return {
    onSubscribe({ args, setSubscribeFn }) {
      const { request } = args.contextValue as { request?: Request };
      if (request?.method === 'GET') throw onlyQueriesByGet();
      const { isOneOperation } = (args.contextValue as unknown as YogaContext).operation.source;
      if (request && isOneOperation && !acceptsEventStream(request)) throw notAcceptable();
      setSubscribeFn(subscribe as never);
    },
  };
}

function NOTHING(): void {}

function tooMany(limit: number): GraphQLError {
  return new GraphQLError(`${socketClose('TOO_MANY_CONNECTIONS', limit).reason}.`, {
    extensions: { code: 'RATE_LIMITED', http: { status: 429 } },
  });
}

function notAcceptable(): GraphQLError {
  return new GraphQLError(
    'A subscription is answered with an event stream: accept "text/event-stream", or send it over a WebSocket.',
    { extensions: { code: 'BAD_USER_INPUT', http: { status: 406 } } },
  );
}

function onlyQueriesByGet(): GraphQLError {
  return new GraphQLError(
    'Only queries can be sent by GET: send a subscription by POST or over a WebSocket.',
    {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 405, headers: { allow: 'POST' } } },
    },
  );
}
