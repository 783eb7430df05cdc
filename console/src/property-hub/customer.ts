import { graphql } from '../gql/gql.ts';
import type { CustomerRowFragment } from '../gql/graphql.ts';

/** A customer as the pages show it. */
export const CUSTOMER_ROW = graphql(`
  fragment CustomerRow on Customer {
    id
    version
    company
    contactName
    email
    phone
    status
    kind
    propertyCount
    memberCount
    plan { id name }
    createdAt
    updatedAt
  }
`);

export type CustomerRow = CustomerRowFragment;

export const CUSTOMER_STATUSES = ['TRIAL', 'ACTIVE', 'PAST_DUE', 'SUSPENDED', 'CANCELLED'] as const;
