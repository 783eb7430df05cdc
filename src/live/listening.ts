import type { ExecutionResult } from 'graphql';
import { v4 as uuidv4 } from 'uuid';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Signals } from '../changes/signals.ts';
import { type Audience, audienceOf } from '../core/audience.ts';
import type { Context } from '../core/context.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Signal } from '../core/signal.ts';
import type { Viewer } from '../core/viewer.ts';
import { mayContinue, requireSubscriber } from './admission.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Executor } from './executor.ts';
import { Listener } from './listener.ts';
import { openStream } from './open-stream.ts';
import { type Payload, payloadOf } from './payload.ts';
import type { ResultStream } from './result-stream.ts';
import { revoked } from './stream-ends.ts';
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
    const { connection, sink } = request;
    const { spec, name, args } = field;
    const feed = spec.feed(requireSubscriber(connection.viewer, name, spec.rule), args);
    const [position] = await this.#parts.changeLog.positions([feed]);
    if (!position) throw noSuchTenant();
    return openStream(request, (stream, signal) => {
      const listener = new Listener({
        sink: sink ?? stream,
        signal,
        listen: (heard) => this.#parts.signals.listen(feed, heard),
        onRightsChange: (callback) => connection.onViewerChange(callback),
        requireAdmission: () => void requireContinuing(connection, field, feed),
        show: (one) => this.#show(request, field, feed, one),
        refresh: () => connection.refresh(),
        onTrouble: this.#parts.onTrouble,
      });
      return listener.run();
    });
  }

  async #show(
    { connection, execution }: SubscriptionRequest,
    field: ListenedField,
    feed: string,
    signal: Signal,
  ): Promise<Payload | null> {
    const viewer = requireContinuing(connection, field, feed);
    const heard = field.spec.hears(viewer, field.args)(signal);
    if (!heard) return null;
    const { executor, contextFor, present } = this.#parts;
    const requestId = uuidv4();
    const result = await executor.execute(execution, heard, contextFor(audienceOf(viewer, true), requestId));
    return payloadOf(present(result, requestId), null);
  }
}

function requireContinuing(
  { viewer }: ClientConnection,
  { spec, args }: ListenedField,
  feed: string,
): Viewer {
  if (!viewer || !mayContinue(viewer, spec, args, feed)) throw revoked();
  return viewer;
}
