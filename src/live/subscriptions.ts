import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Signals } from '../changes/signals.ts';
import { type Audience, audienceOf, type OutsideAudience } from '../core/audience.ts';
import type { Context } from '../core/context.ts';
import { cursorExpired } from '../core/cursor.ts';
import { RequestError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Viewer } from '../core/viewer.ts';
import { asGraphQLError } from '../graph/as-graphql-error.ts';
import { FairQueue } from '../lib/fair-queue.ts';
import { onceFor } from '../lib/once-for.ts';
import { mayContinue, requireSubscriber } from './admission.ts';
import type { Backlog } from './backlog.ts';
import type { ClientConnection } from './client-connection.ts';
import { Executor } from './executor.ts';
import type { FeedTail } from './feed-tail.ts';
import type { FeedTails, TailLease } from './feed-tails.ts';
import { Follower, revoked } from './follower.ts';
import type { Group } from './group.ts';
import { Groups } from './groups.ts';
import { Listening } from './listening.ts';
import { operationKey } from './operation-key.ts';
import { PayloadCache } from './payload-cache.ts';
import { personalSelection } from './personal-selection.ts';
import { ResultStream } from './result-stream.ts';
import { type StartingPointParts, startingPoint } from './starting-point.ts';
import { type FollowedField, subscribedField } from './subscribed-field.ts';
import type { SubscriptionRequest } from './subscription-request.ts';
import { TailCursors } from './tail-cursors.ts';

export interface SubscriptionsParts extends StartingPointParts {
  readonly tails: FeedTails;
  readonly backlog: Backlog;
  readonly signals: Pick<Signals, 'listen'>;
  readonly positionIntervalMs: number;
  /** Makes the context of one item for a whole audience: nothing in it may come from one follower. */
  readonly contextFor: (audience: Audience, requestId: string) => Context;
  /** Makes the errors of a result fit for its readers. */
  readonly present: (result: ExecutionResult, requestId: string) => ExecutionResult;
  /** Told why a follower could not read just now; it tries again. */
  readonly onTrouble: (error: unknown) => void;
  /** Told of what could not be shared although it should have been; tests throw here. */
  readonly onUnshared: (error: OutsideAudience) => void;
  /** Whether followers share executions; without, each is a group of its own. */
  readonly isSharing: boolean;
  /** After how many executions an operation is compiled. */
  readonly compileAfter: number;
  readonly metrics: Metrics;
}

/**
 * The life of a follower:
 *
 *     hold the tail ── read the rights ── find the place ── catch up ⇄ live
 *
 * The tail is held before the rights are read, so a change of rights is either in what was read or will be met in
 * the feed.
 */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;
  /** A group reads one tail and no other: one that is made anew for the same feed has groups of its own. */
  readonly #groupsOfTail = onceFor((_tail: FeedTail) => new Groups());
  readonly #cursorsOfTail = onceFor((tail: FeedTail) => new TailCursors(tail, this.#parts.cursors));
  readonly #payloads = new PayloadCache();
  readonly #executor: Executor;
  readonly #listening: Listening;
  /** One follower in each turn of the event loop, and of each feed in its turn. */
  readonly #turns = new FairQueue(1);
  #running = 0;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
    this.#executor = new Executor(parts.compileAfter);
    this.#listening = new Listening({ ...parts, executor: this.#executor });
    parts.metrics.followers.read = () => this.#running;
  }

  /**
   * Starts a stream of results; if the client cannot have it, answers with the one result that says why. Throws what
   * the database throws: then the client should come back.
   */
  async subscribe(request: SubscriptionRequest): Promise<ResultStream | ExecutionResult> {
    const field = subscribedField(request.execution);
    if (!('name' in field)) {
      request.onClosed();
      return { errors: field };
    }
    try {
      return 'listen' in field
        ? await this.#listening.start(request, field)
        : await this.#follow(request, field);
    } catch (error) {
      request.onClosed();
      if (!(error instanceof RequestError)) throw error;
      return { errors: [asGraphQLError(error)] };
    }
  }

  async #follow(request: SubscriptionRequest, field: FollowedField): Promise<ResultStream> {
    const viewer = requireSubscriber(request.connection.viewer, field.name, field.spec.rule);
    const lease = await this.#parts.tails.hold(field.spec.feed(viewer, field.args));
    if (!lease) throw noSuchTenant();
    try {
      return await this.#start(request, field, lease);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  async #start(request: SubscriptionRequest, field: FollowedField, lease: TailLease): Promise<ResultStream> {
    const { connection, execution, onClosed } = request;
    const { tail } = lease;
    await connection.refresh();
    // A view that cannot be made is the answer to the subscription, not its end.
    field.spec.view(
      requireSubscriber(connection.viewer, field.name, field.spec.rule),
      field.args,
      execution.schema,
    );
    const { after, reset } = await startingPoint(request.lastEventId ?? field.args.after, tail, this.#parts);
    if (reset) this.#parts.metrics.resets[reset].inc();
    if (reset && !field.spec.hasPositions) throw cursorExpired();

    const abort = new AbortController();
    const stream = new ResultStream(() => {
      abort.abort();
      forget();
      lease.release();
      onClosed();
    });
    const forget = connection.onEnd(() => abort.abort());
    // It may have ended while the place was looked for, and then nobody is called back.
    if (connection.endReason) abort.abort();
    const follower = new Follower({
      connection,
      tail,
      after,
      reset,
      backlog: this.#parts.backlog,
      takeTurn: () => this.#turns.run(tail.feed, setImmediate),
      sink: request.sink ?? stream,
      hasPositions: field.spec.hasPositions,
      positionIntervalMs: this.#parts.positionIntervalMs,
      enterGroup: this.#groupsOf(request, field, tail),
      onTrouble: this.#parts.onTrouble,
      onUnshared: this.#parts.onUnshared,
      cursors: this.#cursorsOfTail(tail),
      metrics: this.#parts.metrics,
      signal: abort.signal,
    });
    this.#counted(follower.run(), connection)
      .then(() => connection.endReason && stream.deliver({ errors: [asGraphQLError(revoked())] }))
      .catch((error: unknown) => stream.deliver({ errors: [asGraphQLError(error)] }))
      .finally(() => stream.end());
    return stream;
  }

  /** Counts a follower while it runs, and why it ended. */
  async #counted(running: Promise<void>, connection: ClientConnection): Promise<void> {
    const { followersEnded } = this.#parts.metrics;
    this.#running += 1;
    try {
      await running;
      followersEnded[connection.endReason ?? 'LEFT'].inc();
    } catch (error) {
      const code = error instanceof RequestError ? error.code : null;
      followersEnded[code === 'SUBSCRIPTION_REVOKED' || code === 'CURSOR_EXPIRED' ? code : 'FAILED'].inc();
      throw error;
    } finally {
      this.#running -= 1;
    }
  }

  /** Finds the group of a viewer for one operation. */
  #groupsOf({ execution, connection }: SubscriptionRequest, field: FollowedField, tail: FeedTail) {
    const { document, operationName, schema } = execution;
    const operation = operationKey(document, operationName ?? null, field);
    const isPersonalSelection = personalSelection(schema, document, field.name);
    const groups = this.#groupsOfTail(tail);
    return (viewer: Viewer, isUnshared: boolean): { group: Group; leave: () => void } => {
      if (!mayContinue(viewer, field.spec, field.args, tail.feed)) throw revoked();
      const isPersonal =
        !this.#parts.isSharing ||
        isUnshared ||
        field.spec.isPersonal(viewer, field.args) ||
        isPersonalSelection(viewer);
      const audience = audienceOf(viewer, isPersonal);
      const alone = this.#parts.isSharing ? '' : connection.id;
      const key = [operation, audience.key, alone].join('\n');
      return groups.enter(key, () => ({
        tail,
        audience,
        execution,
        executor: this.#executor,
        view: field.spec.view(audience.viewer, field.args, schema),
        contextFor: this.#parts.contextFor,
        present: this.#parts.present,
        cursors: this.#cursorsOfTail(tail),
        positionIntervalMs: field.spec.hasPositions ? this.#parts.positionIntervalMs : null,
        remembered: this.#payloads.ofGroup(),
        metrics: this.#parts.metrics,
      }));
    };
  }
}
