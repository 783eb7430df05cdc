import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import { type Audience, audienceOf, type OutsideAudience } from '../core/audience.ts';
import type { Context } from '../core/context.ts';
import { cursorExpired } from '../core/cursor.ts';
import { RequestError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Viewer } from '../core/viewer.ts';
import type { ResetReason } from '../graph/follow.ts';
import { FairQueue } from '../lib/fair-queue.ts';
import { onceFor } from '../lib/once-for.ts';
import { mayContinue, requireSubscriber } from './admission.ts';
import type { Backlog } from './backlog.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Executor } from './executor.ts';
import type { FeedTail } from './feed-tail.ts';
import type { FeedTails, TailLease } from './feed-tails.ts';
import { Follower } from './follower.ts';
import { type EnteredGroup, Groups } from './groups.ts';
import { keepTrying } from './keep-trying.ts';
import { openStream } from './open-stream.ts';
import { operationKey } from './operation-key.ts';
import type { Sink } from './payload.ts';
import { PayloadCache } from './payload-cache.ts';
import { personalSelection } from './personal-selection.ts';
import type { ResultStream } from './result-stream.ts';
import { type StartingPoint, type StartingPointParts, startingPoint } from './starting-point.ts';
import { revoked } from './stream-ends.ts';
import type { FollowedField } from './subscribed-field.ts';
import type { SubscriptionRequest } from './subscription-request.ts';
import { TailCursors } from './tail-cursors.ts';

export interface FollowingParts extends StartingPointParts {
  readonly tails: FeedTails;
  readonly backlog: Backlog;
  readonly executor: Executor;
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
  readonly metrics: Metrics;
}

/** One subscription of a field that follows a feed. */
interface Subscription {
  readonly request: SubscriptionRequest;
  readonly field: FollowedField;
  readonly sink: Sink;
  readonly signal: AbortSignal;
}

/**
 * Starts the streams of fields that follow a feed. The life of a follower:
 *
 *     hold the tail ── read the rights ── find the place ── catch up ⇄ live
 *
 * The tail is held before the rights are read, so a change of rights is either in what was read or will be met in
 * the feed. Whoever loses its place on the way, because the log was restored or what comes next removed from it, begins
 * anew with a FeedReset, at the end of the feed; fields that have no such item end with CURSOR_EXPIRED.
 */
export class Following {
  readonly #parts: FollowingParts;
  /** A group reads one tail and no other: one that is made anew for the same feed has groups of its own. */
  readonly #groupsOfTail = onceFor((_tail: FeedTail) => new Groups());
  readonly #cursorsOfTail = onceFor((tail: FeedTail) => new TailCursors(tail, this.#parts.cursors));
  readonly #payloads = new PayloadCache();
  /** One follower in each turn of the event loop, and of each feed in its turn. */
  readonly #turns = new FairQueue(1);
  #running = 0;

  constructor(parts: FollowingParts) {
    this.#parts = parts;
    parts.metrics.followers.read = () => this.#running;
  }

  /** Throws the RequestError that refuses the subscription. */
  async start(request: SubscriptionRequest, field: FollowedField): Promise<ResultStream> {
    const { connection, execution } = request;
    const { spec, name, args } = field;
    const feed = spec.feed(requireSubscriber(connection.viewer, name, spec.rule), args);
    const lease = await this.#hold(feed, connection);
    try {
      // A view that cannot be made is the answer to the subscription, not its end.
      spec.view(requireSubscriber(connection.viewer, name, spec.rule), args, execution.schema);
      const start = await startingPoint(request.lastEventId ?? args.after, lease.tail, this.#parts);
      if (start.reset) this.#countReset(start.reset);
      if (start.reset && !spec.hasPositions) throw cursorExpired();
      return openStream(request, (stream, signal) => {
        const sink = request.sink ?? stream;
        return this.#counted(this.#run({ request, field, sink, signal }, lease, start), connection);
      });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Holds the tail of a feed, and then reads the rights. */
  async #hold(feed: string, connection: ClientConnection): Promise<TailLease> {
    const lease = await this.#parts.tails.hold(feed);
    if (!lease) throw noSuchTenant();
    try {
      await connection.refresh();
      return lease;
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Follows until the client leaves, from the end of the feed whenever the place is lost. */
  async #run(subscription: Subscription, lease: TailLease, start: StartingPoint): Promise<void> {
    const { request, signal } = subscription;
    const hold = () => this.#hold(lease.tail.feed, request.connection);
    let held: TailLease | null = lease;
    let from = start;
    while (held) {
      const reset = await this.#follow(subscription, held, from);
      held = reset && (await keepTrying(hold, { signal, onTrouble: this.#parts.onTrouble }));
      if (held) from = { after: held.tail.last, reset };
    }
  }

  /** Follows until the client leaves, or until the place is lost: then it says why. */
  async #follow(
    subscription: Subscription,
    lease: TailLease,
    start: StartingPoint,
  ): Promise<ResetReason | null> {
    const { spec } = subscription.field;
    try {
      await this.#follower(subscription, lease.tail, start).run();
      return null;
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'CURSOR_EXPIRED') throw error;
      const reason = lease.tail.isBroken ? 'EPOCH_CHANGED' : 'EXPIRED';
      this.#countReset(reason);
      if (!spec.hasPositions) throw error;
      return reason;
    } finally {
      lease.release();
    }
  }

  #follower(
    { request, field, sink, signal }: Subscription,
    tail: FeedTail,
    { after, reset }: StartingPoint,
  ): Follower {
    const { backlog, positionIntervalMs, onTrouble, onUnshared, metrics } = this.#parts;
    return new Follower({
      connection: request.connection,
      tail,
      after,
      reset,
      backlog,
      takeTurn: () => this.#turns.run(tail.feed, setImmediate),
      sink,
      hasPositions: field.spec.hasPositions,
      positionIntervalMs,
      enterGroup: this.#groupsOf(request, field, tail),
      onTrouble,
      onUnshared,
      cursors: this.#cursorsOfTail(tail),
      metrics,
      signal,
    });
  }

  #countReset(reason: ResetReason): void {
    this.#parts.metrics.resets[reason].inc();
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
    return (viewer: Viewer, isUnshared: boolean): EnteredGroup => {
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
        executor: this.#parts.executor,
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
