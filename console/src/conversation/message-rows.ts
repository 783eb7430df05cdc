import { graphql } from '../gql/gql.ts';
import type { MessageRowFragment } from '../gql/graphql.ts';

/** A message as the conversation shows it. */
export const MESSAGE_ROW = graphql(`
  fragment MessageRow on Message {
    id
    version
    body
    isInternal
    isFromStaff
    createdAt
    editedAt
    deletedAt
    author { id name }
  }
`);

export type MessageRow = MessageRowFragment;

/** The roles of a customer's own users, for whom there are no internal notes. */
const CUSTOMER_ROLES: readonly string[] = ['OWNER', 'MANAGER', 'RESIDENT'];

/** Whether a role is one of the staff. */
export function isStaff(role: string): boolean {
  return !CUSTOMER_ROLES.includes(role);
}
