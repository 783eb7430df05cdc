import type { ExecutionResult } from 'graphql';
import type { Signals } from '../changes/signals.ts';
import { RequestError } from '../core/requests/errors.ts';
import { asGraphQLError } from '../operations/as-graphql-error.ts';
import type { LeasedSets } from '../signals/leased-sets.ts';
import { Executor } from './execution/executor.ts';
import { type FeedField, rootField, type SignalField, type StateField } from './execution/root-field.ts';
import { SignalListeners } from './listeners/signal-listeners.ts';
import { StateObservers } from './listeners/state-observers.ts';
import type { SubscriptionRequest } from './streams/open-stream.ts';
import type { ResultStream } from './streams/result-stream.ts';
import { FeedSubscriptions, type FeedSubscriptionsParts } from './subscriptions/feed-subscriptions.ts';

export interface SubscriptionEngineParts extends Omit<FeedSubscriptionsParts, 'executor'> {
  readonly signals: Pick<Signals, 'listen'>;
  readonly sets: Pick<LeasedSets, 'watch'>;
  /** The number of executions after which an operation is compiled. */
  readonly compileAfter: number;
}

/** Carries out the subscription operations of a node: those to feeds, to signals and to shared states. */
export class SubscriptionEngine {
  readonly #feeds: FeedSubscriptions;
  readonly #signals: SignalListeners;
  readonly #states: StateObservers;

  constructor(parts: SubscriptionEngineParts) {
    const executor = new Executor(parts.compileAfter);
    parts.metrics.compiledBytes.read = () => executor.compiledBytes;
    this.#feeds = new FeedSubscriptions({ ...parts, executor });
    this.#signals = new SignalListeners({ ...parts, executor });
    this.#states = new StateObservers({ ...parts, executor });
  }

  /**
   * Starts a stream of results. If the subscription is refused, returns the one result that says why. Throws the errors
   * of the database: the client should then try again.
   */
  async subscribe(request: SubscriptionRequest): Promise<ResultStream | ExecutionResult> {
    const field = rootField(request.execution);
    if (field.kind === 'errors') {
      request.onClosed();
      return { errors: field.errors };
    }
    const ended = request.connection.began(field.name);
    const onClosed = () => {
      ended();
      request.onClosed();
    };
    try {
      return await this.#start({ ...request, onClosed }, field);
    } catch (error) {
      onClosed();
      if (!(error instanceof RequestError)) throw error;
      return { errors: [asGraphQLError(error)] };
    }
  }

  #start(request: SubscriptionRequest, field: FeedField | SignalField | StateField): Promise<ResultStream> {
    switch (field.kind) {
      case 'follow':
        return this.#feeds.start(request, field);
      case 'listen':
        return this.#signals.start(request, field);
      case 'observe':
        return this.#states.start(request, field);
    }
  }
}
