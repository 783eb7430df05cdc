import { backoff } from './resuming.ts';

/** The start of a stream, and its end by the client. */
export interface Stream {
  /** The position of the snapshot: the stream begins after it. */
  readonly after: string;
  /** Aborted when the client stops. */
  readonly signal: AbortSignal;
}

const FINAL = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED'];

/**
 * Keeps a client in step: takes a snapshot, follows the stream after it, and does both again whenever the stream has
 * ended: by a FeedReset, with the client's rights, or because the server has lost its database. A lost connection does
 * not end the stream. Resolves when the client stops, also during a snapshot, which then is not shown; rejects when the
 * server says that another attempt is of no use.
 */
export async function keepInStep(
  signal: AbortSignal,
  snapshot: (signal: AbortSignal) => Promise<string>,
  stream: (stream: Stream) => Promise<void>,
): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      const after = await snapshot(signal);
      if (signal.aborted) return;
      await stream({ after, signal });
      failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      if (isFinal(error)) throw error;
      await backoff(failures++, signal);
    }
  }
}

/** graphql-ws hands over a list of errors; Apollo and urql hand over an error that holds one. */
function isFinal(error: unknown): boolean {
  const { errors, graphQLErrors } = error as { errors?: unknown; graphQLErrors?: unknown };
  const list = [errors ?? graphQLErrors ?? error].flat() as { extensions?: { code?: string } }[];
  return list.some(({ extensions }) => FINAL.includes(extensions?.code ?? ''));
}
