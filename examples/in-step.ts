import { backoff } from './resuming.ts';

/** What a stream needs to know and to say. */
export interface Stream {
  /** Where the snapshot was taken: follow `after` it. */
  readonly after: string;
  /** Aborted when nobody wants the stream any more. */
  readonly signal: AbortSignal;
}

const FINAL = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'];

/**
 * Keeps a client in step: a snapshot, then the stream behind it, and both again whenever the stream has ended, be it
 * by a FeedReset, with the client's rights, or with a server that had lost its database. A lost connection is none
 * of these: the stream itself survives it. Rejects when the server says that trying again is of no use.
 */
export async function keepInStep(
  signal: AbortSignal,
  snapshot: () => Promise<string>,
  stream: (stream: Stream) => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await stream({ after: await snapshot(), signal });
      failures = 0;
    } catch (error) {
      if (isFinal(error)) throw error;
      await backoff(failures++);
    }
  }
}

/** graphql-ws hands over a list of errors; Apollo and urql hand over an error that holds one. */
function isFinal(error: unknown): boolean {
  const { errors, graphQLErrors } = error as { errors?: unknown; graphQLErrors?: unknown };
  const list = [errors ?? graphQLErrors ?? error].flat() as { extensions?: { code?: string } }[];
  return list.some(({ extensions }) => FINAL.includes(extensions?.code ?? ''));
}
