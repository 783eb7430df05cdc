import type { ExecutionResult } from 'graphql';
import type { Deadline } from '../../core/requests/deadline.ts';
import { RequestError } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { ResultStream } from '../../live/streams/result-stream.ts';
import { asGraphQLError } from '../../operations/as-graphql-error.ts';

/** The outcome of a start: the stream, or the one result that refuses it. */
export type Started = ResultStream | ExecutionResult;

const RETRY_S = 2;

const START = sentences('TRY_AGAIN', {
  NOT_STARTED_IN_TIME:
    'The subscription could not start within {timeoutMs} ms (QUERY_TIMEOUT_MS): try again in {retryAfter} s.',
});

/**
 * Starts a stream within the time limit of its operation. What a start reads is shared: the end of a feed, the rights
 * of many viewers, the cursors of a crowd. So no statement is cancelled for one client that has waited long enough: that
 * client is refused, `release` gives back what the operation holds, and a stream that starts later is closed immediately.
 */
export async function startInTime(
  start: () => Promise<Started>,
  { remainingMs, timeoutMs }: Pick<Deadline, 'remainingMs' | 'timeoutMs'>,
  release: () => void,
): Promise<Started> {
  const started = start();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), remainingMs);
  });
  const first = await Promise.race([started, late]).finally(() => clearTimeout(timer));
  if (first) return first;
  release();
  void started.then(
    (result) => void (result instanceof ResultStream && result.return()),
    () => {}, // the client has its refusal
  );
  return { errors: [asGraphQLError(notStarted(timeoutMs))] };
}

function notStarted(timeoutMs: number): RequestError {
  return new RequestError(START.NOT_STARTED_IN_TIME({ timeoutMs, retryAfter: RETRY_S }), RETRY_S);
}
