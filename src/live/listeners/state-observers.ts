import { v4 as uuidv4 } from 'uuid';
import type { ChangeLog } from '../../changes/change-log.ts';
import { audienceOf } from '../../core/rights/audience.ts';
import { noSuchTenant } from '../../core/rights/scope.ts';
import type { EventContextMaker } from '../../operations/event-context.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { LeasedSets } from '../../signals/leased-sets.ts';
import type { Executor } from '../execution/executor.ts';
import type { StateField } from '../execution/root-field.ts';
import { requireContinuing, requireSubscriber } from '../streams/admission.ts';
import { openStream, type SubscriptionRequest } from '../streams/open-stream.ts';
import { type Payload, payloadOf } from '../streams/payload.ts';
import type { ResultStream } from '../streams/result-stream.ts';
import { Observer } from './observer.ts';

export interface StateObserversParts {
  readonly changeLog: Pick<ChangeLog, 'positions'>;
  readonly sets: Pick<LeasedSets, 'watch'>;
  readonly executor: Executor;
  readonly contextFor: EventContextMaker;
  readonly present: PresentErrors;
  readonly onTrouble: (error: unknown) => void;
}

/**
 * Starts subscriptions to states that all nodes share. They keep what the client has seen and no queue. Each state is
 * read as the viewer may see it at that moment: the rights are read after the state has changed.
 */
export class StateObservers {
  readonly #parts: StateObserversParts;

  constructor(parts: StateObserversParts) {
    this.#parts = parts;
  }

  /** Starts a subscription. Throws the RequestError that refuses it. */
  async start(request: SubscriptionRequest, field: StateField): Promise<ResultStream> {
    const { connection, sink } = request;
    const { spec, name, args } = field;
    const feed = spec.feed(requireSubscriber(connection.viewer, name, spec.rule), args);
    const [position] = await this.#parts.changeLog.positions([feed]);
    if (!position) throw noSuchTenant();
    return openStream(request, (stream, signal) => {
      let seen: never | undefined;
      const observer = new Observer({
        sink: sink ?? stream,
        signal,
        watch: (onChange) => this.#parts.sets.watch(spec.set(feed), onChange),
        onViewerChange: (callback) => connection.onViewerChange(callback),
        refresh: () => connection.refresh(),
        render: async () => {
          const looked = await this.#look(request, field, feed, seen);
          const onSent = () => {
            seen = looked.seen;
          };
          return { payload: looked.payload, hasMore: looked.hasMore, onSent };
        },
        onTrouble: this.#parts.onTrouble,
      });
      return observer.run();
    });
  }

  async #look(
    { connection, execution }: SubscriptionRequest,
    { spec, args }: StateField,
    feed: string,
    seen: never | undefined,
  ): Promise<{ readonly payload: Payload | null; readonly hasMore: boolean; readonly seen: never }> {
    const viewer = requireContinuing(connection.viewer, spec, args, feed);
    const { executor, contextFor, present } = this.#parts;
    const requestId = uuidv4();
    const ctx = contextFor(audienceOf(viewer, true), requestId);
    const look = await spec.look(ctx, feed, args, seen);
    const { value, seen: now, hasMore = false } = look;
    if (!value) return { payload: null, hasMore, seen: now };
    const result = await executor.execute(execution, value, ctx);
    return { payload: payloadOf(present(result, requestId), null), hasMore, seen: now };
  }
}
