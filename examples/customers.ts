import { graphql } from './gql/gql.ts';
import type { CustomerChangesSubscription, CustomerPartsFragment, CustomersQuery } from './gql/graphql.ts';
import type { Session } from './session.ts';

graphql(`
  fragment CustomerParts on Customer {
    __typename
    id
    version
    company
    status
    email
  }
`);

export const CUSTOMERS = graphql(`
  query Customers($after: String) {
    customers(first: 100, after: $after) {
      feedCursor
      pageInfo { hasNextPage endCursor }
      nodes { ...CustomerParts }
    }
  }
`);

export const CUSTOMER_CHANGES = graphql(`
  subscription CustomerChanges($after: Cursor) {
    customerChanged(after: $after) {
      __typename
      ... on CustomerCreated { customer { ...CustomerParts } }
      ... on CustomerUpdated { customer { ...CustomerParts } }
      ... on CustomerDeleted { customerId }
    }
  }
`);

export type Customer = CustomerPartsFragment;
export type CustomerChange = CustomerChangesSubscription['customerChanged'];

/** The function that each example exports: it keeps a list of all customers in step with the server. */
export type FollowCustomers = (options: {
  url: string;
  session: Session;
  /** Called with the whole list whenever it has changed. */
  onChange: (customers: readonly Customer[]) => void;
}) => Following;

export interface Following {
  stop(): void;
  /** Resolves after `stop()`; rejects when the server no longer admits this client. */
  readonly ended: Promise<void>;
}

type Page = NonNullable<CustomersQuery['customers']>;

/** The page of an answer; throws the error of one that was refused. */
export function pageOf(data: CustomersQuery | undefined, error?: unknown): Page {
  if (!data?.customers) throw error ?? new Error('The server has refused the list.');
  return data.customers;
}

/**
 * Reads all pages. The cursor is that of the first: changes between two pages are then in the stream. Throws when the
 * client stops meanwhile: a list that it no longer wants is not shown.
 */
export async function readAll(
  signal: AbortSignal,
  readPage: (after?: string | null) => Promise<Page>,
): Promise<{ customers: Map<string, Customer>; feedCursor: string }> {
  const first = await readPage();
  const customers = new Map<string, Customer>();
  for (let page = first; ; page = await readPage(page.pageInfo.endCursor)) {
    signal.throwIfAborted();
    for (const customer of page.nodes) customers.set(customer.id, customer);
    if (!page.pageInfo.hasNextPage) return { customers, feedCursor: first.feedCursor };
  }
}

/**
 * Folds a change into the customers, and returns whether that changed them: the snapshot may already hold this version,
 * or a later one.
 */
export function fold(customers: Map<string, Customer>, change: CustomerChange): boolean {
  if (change.__typename === 'CustomerDeleted') return customers.delete(change.customerId);
  if (change.__typename !== 'CustomerCreated' && change.__typename !== 'CustomerUpdated') return false;
  const { customer } = change;
  if (customer.version <= (customers.get(customer.id)?.version ?? 0)) return false;
  customers.set(customer.id, customer);
  return true;
}
