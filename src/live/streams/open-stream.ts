import type { ExecutionArgs } from 'graphql';
import { asGraphQLError } from '../../operations/as-graphql-error.ts';
import type { ClientConnection } from '../connections/client-connection.ts';
import { ended } from './admission.ts';
import type { Sink } from './payload.ts';
import { ResultStream } from './result-stream.ts';

/** A subscription operation as a transport passes it on. */
export interface SubscriptionRequest {
  readonly execution: ExecutionArgs;
  readonly connection: ClientConnection;
  /** The start position that the transport was given (`Last-Event-ID`); it takes precedence over `after`. */
  readonly lastEventId: string | null;
  /** Takes the payloads if the client can be written to at any time; otherwise they go through the stream. */
  readonly sink: Sink | null;
  /** Called once, when the stream has ended or could not start. */
  readonly onClosed: () => unknown;
}

/**
 * Opens the stream of a subscription and starts `fill`, which delivers until its signal is aborted or throws the error
 * with which the stream ends. The signal is aborted when the client leaves and when the server ends its connection.
 */
export function openStream(
  { connection, onClosed }: Pick<SubscriptionRequest, 'connection' | 'onClosed'>,
  fill: (stream: ResultStream, signal: AbortSignal) => Promise<void>,
): ResultStream {
  const abort = new AbortController();
  const stream = new ResultStream(() => {
    abort.abort();
    forgetConnection();
    onClosed();
  });
  const forgetConnection = connection.onEnd(() => abort.abort());
  // A connection that ended while the stream was prepared does not call back any more.
  if (connection.endReason) abort.abort();
  fill(stream, abort.signal)
    .then(
      () =>
        connection.endReason &&
        stream.deliver({ errors: [asGraphQLError(ended(connection.endReason, connection.endWords))] }),
    )
    .catch((error: unknown) => {
      // A connection that ends has no viewer any more, which looks like a withdrawn right to what reads the viewer.
      const cause = connection.endReason ? ended(connection.endReason, connection.endWords) : error;
      return stream.deliver({ errors: [asGraphQLError(cause)] });
    })
    .finally(() => stream.end({ isFinished: connection.endReason !== 'TOKEN_EXPIRED' }));
  return stream;
}
