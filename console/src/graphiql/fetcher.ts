import { createLockstep, type Lockstep } from '@lockstep/client';
import { type DocumentNode, type GraphQLSchema, getOperationAST, OperationTypeNode, parse } from 'graphql';
import { resumable } from './resumable.ts';
import { StreamView } from './stream-view.ts';
import type { Streams } from './streams.ts';

/** The operation of a tab, as GraphiQL passes it. */
export interface AskedOperation {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: unknown;
}

export interface FetcherParts {
  readonly lockstep: Lockstep;
  readonly streams: Streams;
  /** The schema, once it has been read. */
  readonly schema: () => GraphQLSchema | null;
}

type Headers = Readonly<Record<string, unknown>>;

/** Longer than any token lives: the server says when it ends. */
const FOR_LONG = '2999-01-01T00:00:00Z';
/** In the place of `fetch`, where it would renew a token that only its user can renew. */
const renewNothing = () => Promise.reject(new Error('The token of a tab is not renewed.'));

/**
 * Answers the operations of all tabs as the user who is signed in, or with the `Authorization` of the tab's own headers.
 * Subscriptions are streams of their tab.
 */
export function fetcherOf(parts: FetcherParts) {
  return (asked: AskedOperation, { headers = {} }: { readonly headers?: Headers | undefined } = {}) => {
    const document = parsed(asked.query);
    const operation = document && getOperationAST(document, asked.operationName);
    return document && operation?.operation === OperationTypeNode.SUBSCRIPTION
      ? subscribe(parts, asked, document, authorizationIn(headers))
      : send(parts.lockstep, asked, headers);
  };
}

async function send({ url, session }: Lockstep, asked: AskedOperation, headers: Headers): Promise<object> {
  const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const request = authorizationIn(headers) ? fetch : session.fetch;
  const answer = await request(`${url}/graphql`, {
    method: 'POST',
    headers: { accept: 'application/json', ...sent, 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  return answer.json();
}

function subscribe(
  { lockstep, streams, schema }: FetcherParts,
  asked: AskedOperation,
  document: DocumentNode,
  authorization: string | undefined,
): object {
  const current = streams.of(streams.activeTab);
  if (current && streams.isReturning) return new StreamView(current, streams);
  const operation = getOperationAST(document, asked.operationName);
  if (!operation) return refusal('BAD_USER_INPUT', 'Choose one of the operations.');
  const client = authorization ? clientOf(lockstep.url, authorization) : lockstep;
  if (client.session.state.get().status === 'signed-out') {
    return refusal('UNAUTHENTICATED', 'Sign in first: a subscription belongs to a user.');
  }
  const variables = (asked.variables ?? {}) as Record<string, unknown>;
  const title = operation.name?.value ?? 'subscription';
  const stream = streams.begin(title, client, resumable(document, operation, variables, schema()));
  if (!stream)
    return refusal('RATE_LIMITED', 'Ten subscriptions run: stop one of them in the list of events.');
  return new StreamView(stream, streams);
}

/** A client for the token of a tab, which serves as long as that lives. */
function clientOf(url: string, authorization: string): Lockstep {
  const client = createLockstep({ url, storage: 'memory', fetch: renewNothing });
  const accessToken = authorization.replace(/^Bearer +/i, '');
  client.session.adopt({ accessToken, refreshToken: '', expiresAt: FOR_LONG });
  return client;
}

function authorizationIn(headers: Headers): string | undefined {
  const [, value] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function refusal(code: string, message: string): object {
  return { errors: [{ message, extensions: { code } }] };
}

/** The document, or undefined if it is none: the server says what is wrong with it. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}
