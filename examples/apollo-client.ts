import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { WebSocket } from 'ws';
import possibleTypes from '../possible-types.json' with { type: 'json' };
import {
  CUSTOMER_CHANGES,
  CUSTOMERS,
  type CustomerChange,
  type FollowCustomers,
  pageOf,
  readAll,
} from './customers.ts';
import { runDemo } from './demo.ts';
import { keepInStep, type Stream } from './in-step.ts';
import { stayingClient } from './resuming.ts';

/** Keeps a list of customers in Apollo's cache, so other parts of the page that show one of them change, too. */
export const followCustomers: FollowCustomers = ({ url, session, onChange }) => {
  // Without them Apollo guesses whether a fragment on an interface or a union matches.
  const cache = new InMemoryCache({ possibleTypes });
  const client = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(stayingClient(url, session, WebSocket)),
      new HttpLink({ uri: `${url}/graphql`, fetch: session.fetch }),
    ),
  });
  const stopping = new AbortController();
  // In React: useQuery(CUSTOMERS, { fetchPolicy: 'cache-only' }).
  const watched = client.watchQuery({ query: CUSTOMERS, fetchPolicy: 'cache-only' });
  const showing = watched.subscribe(({ data, dataState }) => {
    if (dataState === 'complete' && !stopping.signal.aborted) onChange(data.customers?.nodes ?? []);
  });

  async function snapshot(signal: AbortSignal): Promise<string> {
    const { customers, feedCursor } = await readAll(signal, async (after) => {
      const { data, error } = await client.query({
        query: CUSTOMERS,
        variables: { after },
        fetchPolicy: 'no-cache',
      });
      return pageOf(data, error);
    });
    const pageInfo = { hasNextPage: false, endCursor: null };
    const nodes = [...customers.values()];
    cache.writeQuery({ query: CUSTOMERS, data: { customers: { feedCursor, pageInfo, nodes } } });
    return feedCursor;
  }

  const stream = ({ after, signal }: Stream) =>
    new Promise<void>((resolve, reject) => {
      const changes = client.subscribe({
        query: CUSTOMER_CHANGES,
        variables: { after },
        errorPolicy: 'all',
        // By itself Apollo would write each event into the cache, the ones older than the snapshot too.
        fetchPolicy: 'no-cache',
      });
      const subscription = changes.subscribe({
        next({ data, error }) {
          if (!data) return reject(error);
          fold(data.customerChanged);
          if (data.customerChanged.__typename === 'FeedReset') stop();
        },
        complete: resolve,
      });
      const stop = () => {
        subscription.unsubscribe();
        resolve();
      };
      signal.addEventListener('abort', stop);
    });

  /** Writes a change into the cache, unless the cache has this version, or a later one, from the snapshot. */
  function fold(change: CustomerChange): void {
    if (change.__typename === 'CustomerDeleted') {
      cache.evict({ id: cache.identify({ __typename: 'Customer', id: change.customerId }) });
      return;
    }
    if (change.__typename !== 'CustomerCreated' && change.__typename !== 'CustomerUpdated') return;
    const { customer } = change;
    cache.updateQuery({ query: CUSTOMERS }, (list) => {
      if (!list?.customers) return list;
      const { nodes } = list.customers;
      const known = nodes.find(({ id }) => id === customer.id);
      if (known && known.version >= customer.version) return list;
      const changed = known ? nodes.map((node) => (node === known ? customer : node)) : [...nodes, customer];
      return { customers: { ...list.customers, nodes: changed } };
    });
  }

  const ended = keepInStep(stopping.signal, snapshot, stream).finally(() => showing.unsubscribe());
  return { stop: () => stopping.abort(), ended };
};

await runDemo(import.meta.url, followCustomers);
