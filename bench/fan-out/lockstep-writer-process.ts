// Another node of Lockstep, without clients. It writes what it is asked to publish as changes of a customer, whose
// id is the topic. What is published in one go is one transaction.

import { CustomerWriter } from '../support/customer-writer.ts';
import { openWritingNode } from '../support/write-parts.ts';
import { markOf } from './mark.ts';
import { takeOrders } from './orders.ts';

const POOL_SIZE = 16;

/** As many transactions at a time as there are connections: one that waits too long for a connection would fail. */
const lanes: Promise<unknown>[] = Array.from({ length: POOL_SIZE }, () => Promise.resolve());

/** A customer keeps its lane, so that its changes are made in order. */
interface Customer {
  readonly writer: CustomerWriter;
  readonly lane: number;
}

const { parts } = await openWritingNode(process.env, { poolSize: POOL_SIZE });
const customers = new Map<string, Customer>();

takeOrders(async (topic, first, count) => {
  const { writer, lane } = customerOf(topic);
  const contactNames = Array.from({ length: count }, (_, index) => markOf(first + index));
  const written = (lanes[lane] ?? Promise.resolve()).then(() => writer.write(contactNames));
  lanes[lane] = written;
  return (await written).committedAt;
});

function customerOf(id: string): Customer {
  const known = customers.get(id);
  if (known) return known;
  const customer = { writer: new CustomerWriter(parts, id), lane: customers.size % POOL_SIZE };
  customers.set(id, customer);
  return customer;
}
