import { type ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, Observable } from '@apollo/client';
import { backoffMs } from './backoff.ts';
import { textOf } from './live-document.ts';
import type { LiveList } from './live-list.ts';
import type { Lockstep, LockstepError } from './lockstep.ts';
import { mentions } from './mentions.ts';
import type { Stop } from './readable.ts';
import type { Row } from './sorted-rows.ts';

/** A link that sends queries and mutations signed in, and answers subscriptions over the socket of the client, resumed. */
export function lockstepLink(lockstep: Lockstep): ApolloLink {
  return ApolloLink.split(
    ({ operationType }) => operationType === 'subscription',
    new ApolloLink((operation) => {
      return new Observable((observer) => {
        const stopping = new AbortController();
        textOf(operation.query).then((query) => {
          if (stopping.signal.aborted) return;
          const stop = lockstep.follow(
            { query, variables: operation.variables, hasPositions: false },
            {
              result: (result) => observer.next(result as ApolloLink.Result),
              item() {},
              lost() {},
              ended: (error) => observer.error(asApolloError(error)),
            },
          );
          stopping.signal.addEventListener('abort', stop);
        });
        return () => stopping.abort();
      });
    }),
    new HttpLink({ uri: `${lockstep.url}/graphql`, fetch: lockstep.session.fetch }),
  );
}

/**
 * Keeps the cache of a client to the session: it is emptied when the session ends, and active queries are asked again when
 * an entity in their result changed, where there is a `useRealtimeSync` or `sync` of it.
 */
export function keepCache(lockstep: Lockstep, client: ApolloClient): Stop {
  const stops = [
    lockstep.onSessionEnd(() => void client.clearStore()),
    lockstep.onInvalidate((types) => {
      for (const query of client.getObservableQueries('active'))
        if (mentions(query.getCurrentResult().data, types)) refetch(query);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Brings the entities of the normalised cache to the versions of a live list, so that every query and fragment shows them.
 * An older version never replaces a newer one. A row that leaves the list stays in the cache: other lists may have it.
 */
export function writeRows(client: ApolloClient, list: LiveList<Row>): Stop {
  let written: ReadonlySet<Row> = new Set();
  const write = () => {
    const { rows } = list.get();
    client.cache.batch({
      update(cache) {
        for (const row of rows) {
          const id = written.has(row) ? undefined : cache.identify({ ...row });
          if (id) writeRow(cache, id, row);
        }
      },
    });
    written = new Set(rows);
  };
  const stop = list.subscribe(write);
  write();
  return stop;
}

/** A query that met a cut connection would stay out of step until the next change: it is sent again while it is active. */
function refetch(query: ReturnType<ApolloClient['watchQuery']>): void {
  query.refetch().catch(() => {
    setTimeout(() => query.hasObservers() && refetch(query), backoffMs(1));
  });
}

function writeRow(cache: ApolloClient['cache'], id: string, row: Row): void {
  cache.modify<Record<string, unknown>>({
    id,
    fields: (held, { fieldName, readField }) => {
      const version = readField<number>('version');
      if (version !== undefined && version > row.version) return held;
      const value = (row as unknown as Record<string, unknown>)[fieldName];
      // Nested objects are references in the cache; their entities have lists of their own.
      return value === undefined || (typeof value === 'object' && value !== null) ? held : value;
    },
  });
}

function asApolloError({ message, code }: LockstepError): CombinedGraphQLErrors {
  return new CombinedGraphQLErrors({ errors: [{ message, extensions: { code } }] });
}
