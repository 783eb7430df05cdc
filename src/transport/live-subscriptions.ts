import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../core/viewer.ts';
import type { Subscriptions } from '../live/subscriptions.ts';
import type { Carrier, ContextFor } from './operation.ts';

/** Has subscriptions of every transport carried out by the delivery engine instead of by resolvers. */
export function liveSubscriptions(subscriptions: Subscriptions, contextFor: ContextFor): Plugin {
  const subscribe = async (
    execution: ExecutionArgs,
  ): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> => {
    const { source, feedCursors } = (execution.contextValue as Carrier).operation;
    const { connection, lastEventId, isOneOperation } = source;
    if (isOneOperation) await connection.keep();
    return subscriptions.subscribe({
      execution,
      connection,
      lastEventId,
      contextFor: (viewer: Viewer) => contextFor(source, () => viewer, feedCursors),
      onClosed: () => isOneOperation && connection.close(),
    });
  };
  return {
    onSubscribe({ args, setSubscribeFn }) {
      const { request } = args.contextValue as { request?: Request };
      if (request?.method === 'GET') throw onlyQueriesByGet();
      setSubscribeFn(subscribe as never);
    },
  };
}

function onlyQueriesByGet(): GraphQLError {
  return new GraphQLError(
    'Only queries can be sent by GET: send a subscription by POST or over a WebSocket.',
    {
      extensions: { code: 'BAD_USER_INPUT', http: { status: 405, headers: { allow: 'POST' } } },
    },
  );
}
