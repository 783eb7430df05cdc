import { v4 as uuidv4 } from 'uuid';
import type { ChangeLog } from '../../changes/change-log.ts';
import type { Signals } from '../../changes/signals.ts';
import type { Signal } from '../../core/feeds/signal.ts';
import { audienceOf } from '../../core/rights/audience.ts';
import { noSuchTenant } from '../../core/rights/scope.ts';
import type { EventContextMaker } from '../../operations/event-context.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { Executor } from '../execution/executor.ts';
import type { SignalField } from '../execution/root-field.ts';
import { requireContinuing, requireSubscriber } from '../streams/admission.ts';
import { openStream, type SubscriptionRequest } from '../streams/open-stream.ts';
import { type Payload, payloadOf } from '../streams/payload.ts';
import type { ResultStream } from '../streams/result-stream.ts';
import { Listener } from './listener.ts';

export interface SignalListenersParts {
  readonly changeLog: Pick<ChangeLog, 'positions'>;
  readonly signals: Pick<Signals, 'listen'>;
  readonly executor: Executor;
  readonly contextFor: EventContextMaker;
  readonly present: PresentErrors;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Starts subscriptions to signals. They keep nothing and cannot be resumed. Each signal is rendered as the viewer may
 * see it at that moment, because the viewer's rights are read after the signal has arrived.
 */
export class SignalListeners {
  readonly #parts: SignalListenersParts;

  constructor(parts: SignalListenersParts) {
    this.#parts = parts;
  }

  /** Starts a subscription. Throws the RequestError that refuses it. */
  async start(request: SubscriptionRequest, field: SignalField): Promise<ResultStream> {
    const { connection, sink } = request;
    const { spec, name, args } = field;
    const feed = spec.feed(requireSubscriber(connection.viewer, name, spec.rule), args);
    const [position] = await this.#parts.changeLog.positions([feed]);
    if (!position) throw noSuchTenant();
    return openStream(request, (stream, signal) => {
      const listener = new Listener({
        sink: sink ?? stream,
        signal,
        listen: (onSignal) => this.#parts.signals.listen(feed, onSignal),
        onViewerChange: (callback) => connection.onViewerChange(callback),
        requireAdmission: () => void requireContinuing(connection.viewer, spec, args, feed),
        render: (one) => this.#render(request, field, feed, one),
        refresh: () => connection.refresh(),
        onTrouble: this.#parts.onTrouble,
      });
      return listener.run();
    });
  }

  async #render(
    { connection, execution }: SubscriptionRequest,
    field: SignalField,
    feed: string,
    signal: Signal,
  ): Promise<Payload | null> {
    const viewer = requireContinuing(connection.viewer, field.spec, field.args, feed);
    const visible = field.spec.hears(viewer, field.args)(signal);
    if (!visible) return null;
    const { executor, contextFor, present } = this.#parts;
    const requestId = uuidv4();
    const result = await executor.execute(
      execution,
      visible,
      contextFor(audienceOf(viewer, true), requestId),
    );
    return payloadOf(present(result, requestId), null);
  }
}
