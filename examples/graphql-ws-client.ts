import { print } from 'graphql';
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
import type { CustomerChangesSubscription } from './gql/graphql.ts';
import { keepInStep, type Stream } from './in-step.ts';
import { stayingClient } from './resuming.ts';
import { post } from './session.ts';

/** Keeps a list of customers in a Map, with graphql-ws and nothing else. */
export const followCustomers: FollowCustomers = ({ url, session, onChange }) => {
  const socket = stayingClient(url, session, WebSocket);
  const stopping = new AbortController();
  let customers = new Map<string, Customer>();

  async function snapshot(signal: AbortSignal): Promise<string> {
    const read = await readAll(signal, async (after) =>
      pageOf(await post(url, CUSTOMERS, { after }, session.fetch)),
    );
    customers = read.customers;
    onChange([...customers.values()]);
    return read.feedCursor;
  }

  const stream = ({ after, signal }: Stream) =>
    new Promise<void>((resolve, reject) => {
      const query = print(CUSTOMER_CHANGES);
      const stop = socket.subscribe<CustomerChangesSubscription>(
        { query, variables: { after } },
        {
          next({ data, errors }) {
            if (!data) return reject(errors);
            if (fold(customers, data.customerChanged)) onChange([...customers.values()]);
            if (data.customerChanged.__typename === 'FeedReset') stop();
          },
          error: reject,
          complete: resolve,
        },
      );
      signal.addEventListener('abort', stop);
    });

  return { stop: () => stopping.abort(), ended: keepInStep(stopping.signal, snapshot, stream) };
};

await runDemo(import.meta.url, followCustomers);
