import { createLockstep, type Lockstep } from '@lockstep/client';
import {
  type DocumentNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
} from 'graphql';
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
    // Before the operation is looked at: GraphiQL may still name that of the tab before.
    const { lockstep, streams } = parts;
    const shown = streams.isReturning ? streams.of(streams.activeTab) : undefined;
    if (shown) return new StreamView(shown, streams);
    const document = parsed(asked.query);
    const operation = document && chosen(document, asked.operationName);
    return document && operation?.operation === OperationTypeNode.SUBSCRIPTION
      ? subscribe(parts, { ...asked, document, operation }, authorizationIn(headers))
      : send(lockstep, { ...asked, operationName: operation?.name?.value ?? null }, headers);
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
  {
    document,
    operation,
    variables,
  }: AskedOperation & { readonly document: DocumentNode; readonly operation: OperationDefinitionNode },
  authorization: string | undefined,
): object {
  const client = authorization ? clientOf(lockstep.url, authorization) : lockstep;
  if (client.session.state.get().status === 'signed-out') {
    return refusal('UNAUTHENTICATED', 'Sign in first: a subscription belongs to a user.');
  }
  const title = operation.name?.value ?? 'subscription';
  const stream = streams.begin(
    title,
    client,
    resumable(document, operation, (variables ?? {}) as Record<string, unknown>, schema()),
  );
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

/** The operation that the user means: the named one, or the only one, where the name is that of the tab before. */
function chosen(document: DocumentNode, name: string | null | undefined): OperationDefinitionNode | null {
  return getOperationAST(document, name) ?? getOperationAST(document) ?? null;
}

/** The document, or undefined if it is none: the server says what is wrong with it. */
function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query);
  } catch {
    return undefined;
  }
}
