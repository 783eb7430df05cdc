// What the subscribers ask for. All of it is in the event: nobody has to ask a database for more.

const EVENT = `{
  eventId occurredAt changedFields actor { kind name }
  customer {
    id tenantId company owner email phone status kind internalNotes
    memberCount propertyCount version createdAt updatedAt
  }
}`;

/** The same for each GraphQL server. */
export const CUSTOMER_UPDATED = `subscription CustomerUpdated($tenantId: ID!) {
  customerUpdated(tenantId: $tenantId) ${EVENT}
}`;

/** The same behind a cursor, which only Lockstep knows. */
export const CUSTOMER_UPDATED_AFTER = `subscription CustomerUpdated($tenantId: ID!, $after: Cursor!) {
  customerUpdated(tenantId: $tenantId, after: $after) ${EVENT}
}`;

/** What a member may read of its own customer; who made a change depends on who is asking, so nobody shares it. */
export const ACCOUNT_UPDATED = `subscription AccountUpdated {
  accountUpdated {
    eventId occurredAt changedFields actor { kind id name }
    account {
      id company owner email phone status memberCount propertyCount version createdAt updatedAt
    }
  }
}`;
