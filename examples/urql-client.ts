import { lockstepExchange } from '@lockstep/client/urql';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { CUSTOMERS, type FollowCustomers } from './customers.ts';
import { runDemo } from './demo.ts';

/** Keeps a query of urql in step. */
export const followCustomers: FollowCustomers = (lockstep, onChange) => {
  const client = new Client({
    url: `${lockstep.url}/graphql`,
    fetch: lockstep.session.fetch,
    preferGetMethod: false,
    exchanges: [lockstepExchange(lockstep), cacheExchange, fetchExchange],
  });
  // In React: useQuery({ query: CUSTOMERS }) and useRealtimeSync(['Customer']).
  const { unsubscribe } = client.query(CUSTOMERS, {}).subscribe(({ data }) => {
    if (data?.customers) onChange(data.customers.nodes);
  });
  const unsync = lockstep.sync(['Customer']);
  return () => {
    unsync();
    unsubscribe();
  };
};

await runDemo(import.meta.url, followCustomers);
