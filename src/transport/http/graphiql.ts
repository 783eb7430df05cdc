import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphiQLOptions } from 'graphql-yoga';
import { sendBody } from './plain-answer.ts';

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

const CUSTOMER_CHANGED = `# Run this and leave this tab in front. Then change a
# customer in the fifth tab of a private window.
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

/** The GraphiQL page: one body for all clients, so that those who do not read it take no memory. */
export interface GraphiqlPage {
  readonly body: Buffer;
  /** Allows the scripts of the page, its editor and its requests, and nothing else. */
  readonly policy: string;
}

/** Renders the GraphiQL page, which loads nothing from other servers. */
export async function renderPage(): Promise<GraphiqlPage> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL(OPTIONS).trim();
  return { body: Buffer.from(html), policy: policyOf(html) };
}

/** Serves the page. Its nine megabytes are read and rendered at the first request: most servers never receive one. */
export function graphiqlRoute(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let page: Promise<GraphiqlPage> | undefined;
  return async (_request, response) => {
    page ??= renderPage();
    const { body, policy } = await page;
    const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
    sendBody(response, 200, headers, body);
  };
}

/** The editor writes styles, and runs its workers from blobs. */
function policyOf(html: string): string {
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'worker-src blob:',
    'font-src data:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function pretty(value: object): string {
  return JSON.stringify(value, null, 2);
}
