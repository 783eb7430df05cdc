import { backoffMs } from './backoff.ts';
import { errorOf, type GraphqlError, isFinal, LockstepError } from './errors.ts';
import type { Stop } from './readable.ts';
import type { Followed, Socket } from './socket.ts';

/** A value of a `…Changed` field. */
export interface Item {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** The receiver of a stream. */
export interface StreamSink {
  /** An item of the stream, in order and once; `cursor` is the position after it. */
  item(item: Item, cursor: string | undefined): void;
  /** The whole result with that item, for a cache that normalises. It is called before `item`. */
  result?(result: Result): void;
  /** The connection is lost. The stream continues by itself. */
  lost(): void;
  /** The stream has ended for good. */
  ended(error: LockstepError): void;
}

/** A subscription to one field. */
export interface Operation {
  readonly query: string;
  /** Its `after` is where the stream begins. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the field has FeedPosition among its items. */
  readonly hasPositions: boolean;
}

/** A result of the subscription, as the server sent it. */
export type Result = {
  readonly data?: Readonly<Record<string, Item>> | null;
  readonly errors?: readonly GraphqlError[];
  readonly extensions?: { readonly cursor?: string };
};

const MOST_FAILURES = 3;

/** The cursor leads nowhere any more: the stream begins again, with its rows. */
const LOST_CURSORS = new Set(['CURSOR_EXPIRED', 'CURSOR_INVALID']);

/**
 * Opens a stream that continues where it was cut, whatever cut it: the connection, the server, an error that passes.
 * Nothing arrives at the sink after the stop, or after the end.
 */
export function openStream(socket: Socket, operation: Operation, sink: StreamSink): Stop {
  const following: Followed = { hasPositions: operation.hasPositions, isInStep: false };
  const unfollow = socket.follow(following, () => sink.lost());
  let after = operation.variables.after as string | undefined;
  let failures = 0;
  let unsubscribe: Stop = () => {};
  let retry: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;
  let attempt = 0;

  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    clearTimeout(retry);
    unfollow();
    unsubscribe();
  };

  function begin(): void {
    attempt += 1;
    const own = attempt;
    const isOver = () => isStopped || own !== attempt;
    // graphql-ws sends this object again after it has reconnected: then it names the last cursor.
    const payload = {
      query: operation.query,
      variables: { ...operation.variables, ...(after ? { after } : {}) },
    };
    const fail = (cause: unknown) => {
      if (!isOver()) end(errorOf(cause));
    };
    unsubscribe = socket.client.subscribe(payload, {
      next(result) {
        if (isOver()) return;
        if (!result.data) return fail(result.errors);
        failures = 0;
        take(result as Result, payload);
      },
      error: fail,
      complete: () => fail(new LockstepError('TRY_AGAIN', 'The server has ended the stream.')),
    });
  }

  function take(result: Result, payload: { variables: Readonly<Record<string, unknown>> }): void {
    const cursor = result.extensions?.cursor;
    if (cursor) {
      after = cursor;
      payload.variables = { ...payload.variables, after };
    }
    const [item] = Object.values(result.data ?? {});
    if (!operation.hasPositions || item?.__typename === 'FeedPosition') following.isInStep = true;
    if (item?.__typename === 'FeedReset') following.isInStep = false;
    sink.result?.(result);
    if (item) sink.item(item, cursor);
    if (!isStopped) socket.received();
  }

  function end(error: LockstepError): void {
    attempt += 1;
    following.isInStep = false;
    unsubscribe();
    // The token may have ended on the way: the socket gets another one, or the session ends and stops this stream.
    const isTokenOver = error.code === 'UNAUTHENTICATED' && failures < MOST_FAILURES;
    if (isFinal(error) && !isTokenOver) {
      stop();
      sink.ended(error);
      return;
    }
    if (LOST_CURSORS.has(error.code)) after = undefined;
    sink.lost();
    retry = setTimeout(begin, backoffMs(failures++, error.retryAfter));
  }

  begin();
  return stop;
}
