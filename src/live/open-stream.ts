import { asGraphQLError } from '../graph/as-graphql-error.ts';
import { ResultStream } from './result-stream.ts';
import { revoked } from './stream-ends.ts';
import type { SubscriptionRequest } from './subscription-request.ts';

/**
 * Opens the stream of a subscription and starts what fills it, which delivers until its signal is given or throws the
 * error with which the stream ends. The signal is given when the client leaves and when the server ends its connection.
 */
export function openStream(
  { connection, onClosed }: Pick<SubscriptionRequest, 'connection' | 'onClosed'>,
  fill: (stream: ResultStream, signal: AbortSignal) => Promise<void>,
): ResultStream {
  const abort = new AbortController();
  const stream = new ResultStream(() => {
    abort.abort();
    forget();
    onClosed();
  });
  const forget = connection.onEnd(() => abort.abort());
  // It may have ended while the stream was being prepared, and then nobody is called back.
  if (connection.endReason) abort.abort();
  fill(stream, abort.signal)
    .then(() => connection.endReason && stream.deliver({ errors: [asGraphQLError(revoked())] }))
    .catch((error: unknown) => stream.deliver({ errors: [asGraphQLError(error)] }))
    .finally(() => stream.end());
  return stream;
}
