import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { WebSocket } from 'ws';
import {
  CUSTOMER_CHANGES,
  CUSTOMERS,
  type Customer,
  type FollowCustomers,
  fold,
  pageOf,
  readAll,
} from './customers.ts';
import { runDemo } from './demo.ts';
import { keepInStep, type Stream } from './in-step.ts';
import { stayingClient } from './resuming.ts';

/** Keeps a list of customers with urql, which leaves the folding of a stream to the application. */
export const followCustomers: FollowCustomers = ({ url, session, onChange }) => {
  const socket = stayingClient(url, session, WebSocket);
  const client = new Client({
    url: `${url}/graphql`,
    fetch: session.fetch,
    preferGetMethod: false,
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  });
  const stopping = new AbortController();
  let customers = new Map<string, Customer>();

  async function snapshot(signal: AbortSignal): Promise<string> {
    const read = await readAll(signal, async (after) => {
      const { data, error } = await client.query(CUSTOMERS, { after }).toPromise();
      return pageOf(data, error);
    });
    customers = read.customers;
    onChange([...customers.values()]);
    return read.feedCursor;
  }

  const stream = ({ after, signal }: Stream) =>
    new Promise<void>((resolve, reject) => {
      const { unsubscribe } = client.subscription(CUSTOMER_CHANGES, { after }).subscribe((result) => {
        const { data, error, hasNext } = result;
        // urql repeats the last data with an error that ends the stream. That one has no path; those of fields do.
        if (!data || error?.graphQLErrors.some(({ path }) => !path)) return reject(error);
        if (fold(customers, data.customerChanged)) onChange([...customers.values()]);
        if (!hasNext || data.customerChanged.__typename === 'FeedReset') stop();
      });
      const stop = () => {
        unsubscribe();
        resolve();
      };
      signal.addEventListener('abort', stop);
    });

  return { stop: () => stopping.abort(), ended: keepInStep(stopping.signal, snapshot, stream) };
};

await runDemo(import.meta.url, followCustomers);
