import type { ExecutionResult } from 'graphql';
import type { Signals } from '../changes/signals.ts';
import { RequestError } from '../core/errors.ts';
import { asGraphQLError } from '../graph/as-graphql-error.ts';
import { Executor } from './executor.ts';
import { Following, type FollowingParts } from './following.ts';
import { Listening } from './listening.ts';
import type { ResultStream } from './result-stream.ts';
import { type FollowedField, type ListenedField, subscribedField } from './subscribed-field.ts';
import type { SubscriptionRequest } from './subscription-request.ts';

export interface SubscriptionsParts extends Omit<FollowingParts, 'executor'> {
  readonly signals: Pick<Signals, 'listen'>;
  /** After how many executions an operation is compiled. */
  readonly compileAfter: number;
}

/** Starts the streams of all subscription operations of a node, each by what its field does. */
export class Subscriptions {
  readonly #following: Following;
  readonly #listening: Listening;

  constructor(parts: SubscriptionsParts) {
    const executor = new Executor(parts.compileAfter);
    this.#following = new Following({ ...parts, executor });
    this.#listening = new Listening({ ...parts, executor });
  }

  /**
   * Starts a stream of results; if the client cannot have it, answers with the one result that says why. Throws what
   * the database throws: then the client should come back.
   */
  async subscribe(request: SubscriptionRequest): Promise<ResultStream | ExecutionResult> {
    const field = subscribedField(request.execution);
    if (field.kind === 'errors') {
      request.onClosed();
      return { errors: field.errors };
    }
    try {
      return await this.#start(request, field);
    } catch (error) {
      request.onClosed();
      if (!(error instanceof RequestError)) throw error;
      return { errors: [asGraphQLError(error)] };
    }
  }

  #start(request: SubscriptionRequest, field: FollowedField | ListenedField): Promise<ResultStream> {
    switch (field.kind) {
      case 'follow':
        return this.#following.start(request, field);
      case 'listen':
        return this.#listening.start(request, field);
    }
  }
}
