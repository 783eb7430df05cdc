import type { GraphiQLOptions } from 'graphql-yoga';

const SIGN_IN = `# Sign in, then put the accessToken
# into the headers of the other tabs.
mutation SignIn {
  signIn(input: {
    email: "admin@acme.demo.lockstep.dev"
    password: "lockstep-demo"
  }) {
    accessToken
    expiresAt
    userErrors { code message path }
  }
}
`;

const VIEWER = `# Your account, and your permissions.
query Viewer {
  viewer {
    id
    role
    permissions
    tenant { id slug name feedCursor }
  }
}
`;

const CUSTOMERS = `# A list, with the position of the feed before it was read:
# subscribe after it, and you miss nothing.
query Customers {
  customers(first: 10) {
    feedCursor
    totalCount
    nodes { id version company status }
  }
}
`;

const CUSTOMER_CHANGED = `# Run this, then change a customer in the next tab.
# With "after" it resumes after a cursor.
subscription CustomerChanged($after: Cursor) {
  customerChanged(after: $after) {
    __typename
    ... on CustomerCreated { cursor customer { id version company status } }
    ... on CustomerUpdated { cursor changedFields actor { name } customer { id version company status } }
    ... on CustomerDeleted { cursor customerId }
    ... on FeedPosition { cursor }
    ... on FeedReset { cursor reason }
  }
}
`;

const CUSTOMER_UPDATE = `# The cursor is the position of this change in the feed.
mutation CustomerUpdate($id: ID!, $company: String!) {
  customerUpdate(id: $id, input: { company: $company }) {
    customer { id version company }
    cursor
    userErrors { code message path }
  }
}
`;

const HEADERS = pretty({ Authorization: 'Bearer <accessToken>' });

/**
 * The tabs of a first visit. The first has no headers, because GraphiQL reads the schema with the headers of its first
 * tab.
 */
export const EXAMPLES = [
  { query: SIGN_IN },
  { query: VIEWER, headers: HEADERS },
  { query: CUSTOMERS, headers: HEADERS },
  { query: CUSTOMER_CHANGED, headers: HEADERS, variables: pretty({ after: null }) },
  { query: CUSTOMER_UPDATE, headers: HEADERS, variables: pretty({ id: '<id>', company: 'Alder Homes' }) },
];

const OPTIONS: GraphiQLOptions = {
  title: 'Lockstep',
  subscriptionsProtocol: 'WS',
  // An access token does not belong in the browser's storage, and an expired one would hide the schema.
  shouldPersistHeaders: false,
  defaultTabs: EXAMPLES,
};

/**
 * Returns a function that returns the GraphiQL page, which loads nothing from other servers. Its nine megabytes are
 * read and rendered at the first request, because most servers never receive one.
 */
export function graphiqlPage(): () => Promise<string> {
  let page: Promise<string> | undefined;
  const render = async () => (await import('@graphql-yoga/render-graphiql')).renderGraphiQL(OPTIONS).trim();
  return () => {
    page ??= render();
    return page;
  };
}

function pretty(value: object): string {
  return JSON.stringify(value, null, 2);
}
