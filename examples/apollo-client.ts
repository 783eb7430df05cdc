import { ApolloClient, InMemoryCache } from '@apollo/client';
import { keepCache, lockstepLink } from '@lockstep/client/apollo';
import { possibleTypes } from '@lockstep/client/schema';
import { CUSTOMERS, type FollowCustomers } from './customers.ts';
import { runDemo } from './demo.ts';

/** Keeps a query of Apollo Client in step, and with it its normalised cache. */
export const followCustomers: FollowCustomers = (lockstep, onChange) => {
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: lockstepLink(lockstep),
  });
  // In React: useQuery(CUSTOMERS) and useRealtimeSync(['Customer']).
  const watched = client.watchQuery({ query: CUSTOMERS }).subscribe(({ data, dataState }) => {
    if (dataState === 'complete') onChange(data.customers?.nodes ?? []);
  });
  const stops = [() => watched.unsubscribe(), keepCache(lockstep, client), lockstep.sync(['Customer'])];
  return () => {
    for (const stop of stops) stop();
    client.stop();
  };
};

await runDemo(import.meta.url, followCustomers);
