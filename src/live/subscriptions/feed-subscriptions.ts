import { cursorExpired, NO_AUDIENCE } from '../../core/feeds/cursor.ts';
import { RequestError } from '../../core/requests/errors.ts';
import type { OutsideAudience } from '../../core/rights/audience.ts';
import { noSuchTenant } from '../../core/rights/scope.ts';
import type { ResetReason } from '../../graph/events/follow.ts';
import type { ClientConnection } from '../connections/client-connection.ts';
import type { FeedField } from '../execution/root-field.ts';
import { GroupEntrance } from '../groups/group-entrance.ts';
import { NodeGroups, type NodeGroupsParts } from '../groups/node-groups.ts';
import { requireSubscriber } from '../streams/admission.ts';
import { openStream, type SubscriptionRequest } from '../streams/open-stream.ts';
import type { Sink } from '../streams/payload.ts';
import type { ResultStream } from '../streams/result-stream.ts';
import type { TailLease, TailRegistry } from '../tails/tail-registry.ts';
import { CatchUpTurns } from './catch-up-turns.ts';
import { retryUntilAborted } from './retry.ts';
import { type StartPosition, type StartPositionParts, startAtEnd, startPosition } from './start-position.ts';
import { Subscription } from './subscription.ts';
import { SubscriptionCount } from './subscription-count.ts';

export interface FeedSubscriptionsParts extends StartPositionParts, NodeGroupsParts {
  readonly tails: TailRegistry;
  /** Called with the reason for which a subscription could not read; it tries again. */
  readonly onTrouble: (error: unknown) => void;
  /** Called when a subscription could not share although no field has declared that. Tests throw here. */
  readonly onUnshared: (error: OutsideAudience) => void;
}

/** The client's request, and the destination of its payloads. */
interface Order {
  readonly request: SubscriptionRequest;
  readonly field: FeedField;
  readonly sink: Sink;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

/** A part of an order's life in which its position stays valid: one tail and one start position. */
interface Stretch {
  readonly lease: TailLease;
  readonly start: StartPosition;
}

/**
 * Starts subscriptions to feeds, in this order: hold the tail, read the viewer's rights, find the start position,
 * deliver. The tail is held before the rights are read. So a change of rights is either in what was read, or after it
 * in the feed.
 *
 * A subscription loses its position when the log is restored, or when the next change is removed from it. Then it
 * begins again at the end of the feed with a FeedReset. A field whose type has no FeedReset ends with CURSOR_EXPIRED.
 */
export class FeedSubscriptions {
  readonly #parts: FeedSubscriptionsParts;
  readonly #groups: NodeGroups;
  readonly #count: SubscriptionCount;
  readonly #turns = new CatchUpTurns();

  constructor(parts: FeedSubscriptionsParts) {
    this.#parts = parts;
    this.#groups = new NodeGroups(parts);
    this.#count = new SubscriptionCount(parts.metrics);
  }

  /** Starts a subscription. Throws the RequestError that refuses it. */
  async start(request: SubscriptionRequest, field: FeedField): Promise<ResultStream> {
    const { connection, execution } = request;
    const { spec, name, args } = field;
    const feed = spec.feed(requireSubscriber(connection.viewer, name, spec.rule), args);
    const lease = await this.#hold(feed, connection);
    try {
      // Arguments that allow no view refuse the subscription here, instead of ending its stream later.
      const viewer = requireSubscriber(connection.viewer, name, spec.rule);
      spec.view(viewer, args, execution.schema);
      spec.window?.(viewer, args, execution.schema);
      const start = await startPosition(request.lastEventId ?? args.after, lease.tail, this.#parts);
      if (start.reset) this.#countReset(start.reset);
      if (start.reset && !spec.hasPositions) throw cursorExpired();
      return openStream(request, (stream, signal) => {
        const order = { request, field, sink: request.sink ?? stream, signal };
        return this.#count.during(this.#run(order, { lease, start }), connection);
      });
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** Holds the tail of a feed, and then reads the viewer's rights. */
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

  /** Delivers until the client leaves. Begins again whenever the position is lost. */
  async #run(order: Order, first: Stretch): Promise<void> {
    let stretch: Stretch | null = first;
    while (stretch) {
      const lost: ResetReason | null = await this.#deliver(order, stretch);
      stretch = lost && (await this.#beginAgain(order, stretch.lease.tail.feed, lost));
    }
  }

  /** Returns a stretch that starts at the end of the feed; null once the client has left. */
  async #beginAgain({ request, signal }: Order, feed: string, reset: ResetReason): Promise<Stretch | null> {
    const hold = () => this.#hold(feed, request.connection);
    const lease = await retryUntilAborted(hold, { signal, onTrouble: this.#parts.onTrouble });
    return lease && { lease, start: startAtEnd(lease.tail, reset) };
  }

  /** Delivers a stretch. Returns the reason for which the position was lost; null once the client has left. */
  async #deliver(order: Order, stretch: Stretch): Promise<ResetReason | null> {
    const { lease } = stretch;
    try {
      await this.#subscriptionOf(order, stretch).run();
      return null;
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'CURSOR_EXPIRED') throw error;
      const reason = lease.tail.isBroken ? 'EPOCH_CHANGED' : 'EXPIRED';
      this.#countReset(reason);
      if (!order.field.spec.hasPositions) throw error;
      return reason;
    } finally {
      lease.release();
    }
  }

  #subscriptionOf({ request, field, sink, signal }: Order, { lease, start }: Stretch): Subscription {
    const { backlog, positionIntervalMs, onTrouble, onUnshared, metrics } = this.#parts;
    const { tail } = lease;
    const { id, viewer } = request.connection;
    const catchUp = { client: viewer?.userId ?? id, connection: id, feed: tail.feed };
    const entrance = new GroupEntrance(this.#groups, request, field, tail);
    return new Subscription({
      connection: request.connection,
      tail,
      ...start,
      rowsOf: field.wantsSnapshot ? rowsAt(start, field) : undefined,
      isWindow: field.wantsWindow,
      modules: field.spec.shows || !field.spec.hasPositions ? undefined : start.rowsOf,
      backlog,
      interest: field.spec.entities?.(field.args),
      inTurn: (work) => this.#turns.run(catchUp, work),
      sink,
      hasPositions: field.spec.hasPositions,
      positionIntervalMs,
      enterGroup: (viewer, isAlone) => entrance.enter(viewer, isAlone),
      onTrouble,
      onUnshared,
      onSnapshotUsed: (snapshot) => this.#groups.snapshots.use(snapshot),
      metrics,
      signal,
    });
  }

  #countReset(reason: ResetReason): void {
    this.#parts.metrics.resets[reason].inc();
  }
}

/** The rows that a client has: after a cursor that does not say so it has those of a list, but no window. */
function rowsAt({ rowsOf }: StartPosition, { wantsWindow }: FeedField): string | undefined {
  return rowsOf ?? (wantsWindow ? NO_AUDIENCE : undefined);
}
