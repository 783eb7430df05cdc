// The operations of the subscribers. The event holds every field, so no server has to ask a database for more.

const EVENT = `{
  eventId occurredAt changedFields actor { kind name }
  customer {
    id tenantId company contactName email phone status kind internalNotes
    memberCount propertyCount version createdAt updatedAt
  }
}`;

/** The document for each GraphQL server. */
export const CUSTOMER_UPDATED = `subscription CustomerUpdated($tenantId: ID!) {
  customerUpdated(tenantId: $tenantId) ${EVENT}
}`;

/** The same with a cursor, which only Lockstep knows. */
export const CUSTOMER_UPDATED_AFTER = `subscription CustomerUpdated($tenantId: ID!, $after: Cursor!) {
  customerUpdated(tenantId: $tenantId, after: $after) ${EVENT}
}`;

/** The fields that a member may read of its own customer; the actor depends on the viewer, so nothing is shared. */
export const ACCOUNT_UPDATED = `subscription AccountUpdated {
  accountUpdated {
    eventId occurredAt changedFields actor { kind id name }
    account {
      id company contactName email phone status memberCount propertyCount version createdAt updatedAt
    }
  }
}`;
