import { CUSTOMER, type FollowCustomers } from './customers.ts';
import { runDemo } from './demo.ts';

/** Keeps a list of customers with the client package and nothing else. */
export const followCustomers: FollowCustomers = (lockstep, onChange) => {
  const list = lockstep.liveList(CUSTOMER, { orderBy: [{ field: 'company' }] });
  return list.subscribe(() => onChange(list.get().rows));
};

await runDemo(import.meta.url, followCustomers);
