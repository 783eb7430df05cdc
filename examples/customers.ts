import type { Lockstep } from '@lockstep/client';
import { graphql } from './gql/gql.ts';
import type { CustomerPartsFragment } from './gql/graphql.ts';

export const CUSTOMER = graphql(`
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
  query Customers {
    customers(first: 100) {
      nodes { ...CustomerParts }
    }
  }
`);

export type Customer = CustomerPartsFragment;

/** The function that each example exports: it keeps a list of customers in step with the server until it is stopped. */
export type FollowCustomers = (
  lockstep: Lockstep,
  /** Called with the whole list whenever it has changed. */
  onChange: (customers: readonly Customer[]) => void,
) => () => void;
