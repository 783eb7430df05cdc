import type { ExecutionResult } from 'graphql';
import { v4 as uuidv4 } from 'uuid';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Signals } from '../changes/signals.ts';
import { type Audience, audienceOf } from '../core/audience.ts';
import type { Context } from '../core/context.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Signal } from '../core/signal.ts';
import type { Viewer } from '../core/viewer.ts';
import { asGraphQLError } from '../graph/as-graphql-error.ts';
import { mayContinue, requireSubscriber } from './admission.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Executor } from './executor.ts';
import { revoked } from './follower.ts';
import { Listener } from './listener.ts';
import { type Payload, payloadOf } from './payload.ts';
import { ResultStream } from './result-stream.ts';
import type { ListenedField } from './subscribed-field.ts';
import type { SubscriptionRequest } from './subscription-request.ts';

export interface ListeningParts {
  readonly changeLog: Pick<ChangeLog, 'positions'>;
  readonly signals: Pick<Signals, 'listen'>;
  readonly executor: Executor;
  readonly contextFor: (audience: Audience, requestId: string) => Context;
  readonly present: (result: ExecutionResult, requestId: string) => ExecutionResult;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Starts the streams of fields that hear signals. They keep nothing and resume nothing; each signal is shown as the
 * viewer may see it at that moment, because its rights are read after the signal has come.
 */
export class Listening {
  readonly #parts: ListeningParts;

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  /** Throws the RequestError that refuses the subscription. */
  async start(request: SubscriptionRequest, field: ListenedField): Promise<ResultStream> {
    const { connection, onClosed } = request;
    const { listen, name, args } = field;
    const feed = listen.feed(requireSubscriber(connection.viewer, name, listen.rule), args);
    const [position] = await this.#parts.changeLog.positions([feed]);
    if (!position) throw noSuchTenant();
    const abort = new AbortController();
    const stream = new ResultStream(() => {
      abort.abort();
      forget();
      onClosed();
    });
    const forget = connection.onEnd(() => abort.abort());
    if (connection.endReason) abort.abort();
    const listener = new Listener({
      sink: request.sink ?? stream,
      signal: abort.signal,
      listen: (heard) => this.#parts.signals.listen(feed, heard),
      onRightsChange: (callback) => connection.onViewerChange(callback),
      requireAdmission: () => void requireContinuing(connection, field, feed),
      show: (signal) => this.#show(request, field, feed, signal),
      refresh: () => connection.refresh(),
      onTrouble: this.#parts.onTrouble,
    });
    listener
      .run()
      .then(() => connection.endReason && stream.deliver({ errors: [asGraphQLError(revoked())] }))
      .catch((error: unknown) => stream.deliver({ errors: [asGraphQLError(error)] }))
      .finally(() => stream.end());
    return stream;
  }

  async #show(
    { connection, execution }: SubscriptionRequest,
    field: ListenedField,
    feed: string,
    signal: Signal,
  ): Promise<Payload | null> {
    const viewer = requireContinuing(connection, field, feed);
    const heard = field.listen.hears(viewer, field.args)(signal);
    if (!heard) return null;
    const { executor, contextFor, present } = this.#parts;
    const requestId = uuidv4();
    const result = await executor.execute(execution, heard, contextFor(audienceOf(viewer, true), requestId));
    return payloadOf(present(result, requestId), null);
  }
}

function requireContinuing(
  { viewer }: ClientConnection,
  { listen, args }: ListenedField,
  feed: string,
): Viewer {
  if (!viewer || !mayContinue(viewer, listen, args, feed)) throw revoked();
  return viewer;
}
