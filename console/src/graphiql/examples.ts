/** An operation with which a tab begins. */
export interface Example {
  readonly query: string;
  readonly variables?: string;
}

const VIEWER = `# Your account, and your permissions.
query Viewer {
  viewer {
    id
    name
    role
    permissions
    tenant { id slug name feedCursor }
  }
}
`;

const CUSTOMERS = `# A list, with the position of the feed
# before it was read: subscribe after it,
# and you miss nothing.
query Customers {
  customers(first: 10) {
    feedCursor
    totalCount
    nodes { id version company status }
  }
}
`;

const CUSTOMER_CHANGED = `# Run this, then change a customer in
# the next tab. The stream continues.
subscription CustomerChanged($after: Cursor) {
  customerChanged(after: $after) {
    __typename
    ... on CustomerCreated {
      cursor
      customer { id version company status }
    }
    ... on CustomerUpdated {
      cursor
      changedFields
      actor { name }
      customer { id version company status }
    }
    ... on CustomerDeleted { cursor customerId }
    ... on FeedPosition { cursor }
    ... on FeedReset { cursor reason }
  }
}
`;

const CUSTOMER_UPDATE = `# Put the id of a customer into the
# variables below. The cursor is the
# position of this change in the feed.
mutation CustomerUpdate($id: ID!, $company: String!) {
  customerUpdate(
    id: $id
    input: { company: $company }
  ) {
    customer { id version company }
    cursor
    userErrors { code message path }
  }
}
`;

const CONSENTS = `# Who has consented to what, and when that ends.
query Consents {
  consents(first: 10) {
    totalCount
    nodes {
      id state channel expiresAt
      purpose { key }
      customer { company }
    }
  }
}
`;

const SYSTEM_STATUS = `# How the services are, and, as the other
# operation, each change of it.
query SystemStatus {
  systemStatus {
    status
    operational
    degraded
    majorOutage
    openIncidents
    feedCursor
  }
}

subscription SystemStatusChanged {
  systemStatusChanged {
    cursor
    changedFields
    systemStatus { status openIncidents }
  }
}
`;

const EFFECTIVE_CONFIG = `# The settings that act, and the layer
# that decides each.
query EffectiveConfig {
  effectiveConfig(prefix: "auth.") {
    version
    settings {
      path value scope mode isLocked
      contributions { scope mode value standing }
    }
  }
}
`;

const AUDIT_LOG = `# Every change, limited to what you may read.
query AuditLog {
  auditLog(last: 10) {
    nodes {
      occurredAt action entity entityId
      actor { name kind }
      changes { field before after }
    }
  }
}
`;

const CHANGES = `# Everything that you may see, in order,
# in one stream.
subscription Changes($after: Cursor) {
  changes(after: $after) {
    __typename
    ... on EntityEvent {
      cursor
      entityId
      entity { __typename id version }
    }
    ... on CustomerEvent { customer { company status } }
    ... on FeedPosition { cursor }
    ... on FeedReset { cursor reason }
  }
}
`;

/** The tabs of a first visit, in the order of the tour: one or more for each part of the product. */
export const EXAMPLES: readonly Example[] = [
  { query: VIEWER },
  { query: CUSTOMERS },
  { query: CUSTOMER_CHANGED },
  { query: CUSTOMER_UPDATE, variables: JSON.stringify({ id: '<id>', company: 'Alder Homes' }, null, 2) },
  { query: CONSENTS },
  { query: SYSTEM_STATUS },
  { query: EFFECTIVE_CONFIG },
  { query: AUDIT_LOG },
  { query: CHANGES },
];
