import { type Exchange, makeOperation, makeResult, type Operation } from '@urql/core';
import { GraphQLError } from 'graphql';
import { filter, make, merge, mergeMap, pipe, share, takeUntil, tap } from 'wonka';
import { backoffMs } from './backoff.ts';
import { textOf } from './live-document.ts';
import type { Lockstep } from './lockstep.ts';
import { mentions } from './mentions.ts';

/**
 * An exchange that answers subscriptions over the socket of the client, resumes them, and asks the queries again that have
 * an entity of which something changed, where there is a `useRealtimeSync` or `sync` of it. It comes first.
 */
export function lockstepExchange(lockstep: Lockstep): Exchange {
  return ({ client, forward }) => {
    const active = new Map<number, { readonly operation: Operation; readonly data?: unknown }>();
    const again = (operation: Operation) =>
      client.reexecuteOperation(
        makeOperation('query', operation, { ...operation.context, requestPolicy: 'network-only' }),
      );
    lockstep.onInvalidate((types) => {
      for (const { operation, data } of [...active.values()]) if (mentions(data, types)) again(operation);
    });
    lockstep.onSessionEnd(() => {
      for (const { operation } of [...active.values()]) again(operation);
    });
    return (operations) => {
      const shared = pipe(
        operations,
        tap((operation) => {
          if (operation.kind === 'query')
            active.set(operation.key, { ...active.get(operation.key), operation });
          if (operation.kind === 'teardown') active.delete(operation.key);
        }),
        share,
      );
      const streamed = pipe(
        shared,
        filter(({ kind }) => kind === 'subscription'),
        mergeMap((operation) =>
          pipe(
            streamOf(lockstep, operation),
            takeUntil(
              pipe(
                shared,
                filter(({ kind, key }) => kind === 'teardown' && key === operation.key),
              ),
            ),
          ),
        ),
      );
      const forwarded = pipe(
        shared,
        filter(({ kind }) => kind !== 'subscription'),
        forward,
        tap(({ operation, data, error }) => {
          const held = active.get(operation.key);
          if (!held) return;
          active.set(operation.key, { operation, data: data ?? held.data });
          // A query that met a cut connection would stay out of step until the next change.
          const repeat = () => active.has(operation.key) && again(operation);
          if (error?.networkError && held.data) setTimeout(repeat, backoffMs(1));
        }),
      );
      return merge([streamed, forwarded]);
    };
  };
}

function streamOf(lockstep: Lockstep, operation: Operation) {
  return make<ReturnType<typeof makeResult>>(({ next, complete }) => {
    const stopping = new AbortController();
    textOf(operation.query).then((query) => {
      if (stopping.signal.aborted) return;
      const stop = lockstep.follow(
        { query, variables: operation.variables ?? {}, hasPositions: false },
        {
          result: ({ data, errors, extensions }) =>
            next(makeResult(operation, { data, errors: errors as never, extensions, hasNext: true })),
          item() {},
          lost() {},
          ended({ message, code }) {
            const errors = [new GraphQLError(message, { extensions: { code } })];
            next(makeResult(operation, { data: null, errors, hasNext: false }));
            complete();
          },
        },
      );
      stopping.signal.addEventListener('abort', stop);
    });
    return () => stopping.abort();
  });
}
