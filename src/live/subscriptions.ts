import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql';
import type { ChangeLog } from '../changes/change-log.ts';
import type { Context } from '../core/context.ts';
import { cursorExpired } from '../core/cursor.ts';
import { forbidden, RequestError, unauthenticated } from '../core/errors.ts';
import { allows } from '../core/rules.ts';
import { noSuchTenant } from '../core/scope.ts';
import type { Viewer } from '../core/viewer.ts';
import { closeable } from './closeable.ts';
import type { Connection } from './connection.ts';
import type { FeedTails, TailLease } from './feed-tails.ts';
import { type FollowedField, followedField } from './followed-field.ts';
import { type Delivery, deliveries, revoked } from './follower.ts';
import { type StartingPointParts, startingPoint } from './starting-point.ts';

/** One subscription operation as a transport hands it over. */
export interface SubscriptionRequest {
  readonly execution: ExecutionArgs;
  readonly connection: Connection;
  /** The place from which the transport itself was asked to go on (`Last-Event-ID`); it wins over `after`. */
  readonly lastEventId: string | null;
  /** Makes the context for one item: a fresh one each time, so that nothing decided under old rights survives. */
  readonly contextFor: (viewer: Viewer) => Context;
  /** Called once, when the stream has ended or could not start. */
  readonly onClosed: () => unknown;
}

export interface SubscriptionsParts extends StartingPointParts {
  readonly tails: FeedTails;
  readonly log: ChangeLog;
  readonly positionIntervalMs: number;
}

/**
 * The life of a follower:
 *
 *     hold the tail ── read the rights ── find the place ──┬─ take changes ── what do they see? ── execute ─┐
 *                                                          └────────────────── client took it ─────────────┘
 *
 * The tail is held before the rights are read, so a change of rights is either in what was read or will be met in
 * the feed. The selection is executed once for each item, by the viewer that chose it.
 */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  /** Starts a stream of results; if it cannot start, answers with the one result that says why. */
  async subscribe(request: SubscriptionRequest): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
    const field = followedField(request.execution);
    if (!('plan' in field)) {
      request.onClosed();
      return { errors: field };
    }
    let lease: TailLease | null = null;
    try {
      lease = await this.#holdTail(request.connection, field);
      return await this.#start(request, field, lease);
    } catch (error) {
      lease?.release();
      request.onClosed();
      return { errors: [asGraphQLError(error)] };
    }
  }

  async #holdTail(connection: Connection, field: FollowedField): Promise<TailLease> {
    const viewer = admitted(connection.viewer, field);
    const lease = await this.#parts.tails.hold(field.plan.feed(viewer, field.args));
    if (!lease) throw noSuchTenant();
    return lease;
  }

  async #start(request: SubscriptionRequest, field: FollowedField, lease: TailLease) {
    const { connection, execution } = request;
    const { tail } = lease;
    await connection.refresh();
    viewOf(admitted(connection.viewer, field), field, execution);
    const { after, reset } = await startingPoint(request.lastEventId ?? field.args.after, tail, this.#parts);
    if (reset && !field.plan.hasPositions) throw cursorExpired();

    const abort = new AbortController();
    const items = deliveries({
      connection,
      tail,
      after,
      reset,
      log: this.#parts.log,
      hasPositions: field.plan.hasPositions,
      positionIntervalMs: this.#parts.positionIntervalMs,
      viewOf: (viewer) => {
        if (!stillFollows(viewer, field, tail.feed)) throw revoked();
        return viewOf(viewer, field, execution);
      },
      cursorAt: (seq) => this.#parts.cursors.encode({ feed: tail.feed, epoch: tail.epoch, seq }),
      signal: abort.signal,
    });
    const forget = connection.onEnd(() => abort.abort());
    return closeable(results(items, request), abort, () => {
      forget();
      lease.release();
      request.onClosed();
    });
  }
}

/** Executes the selection for each item. A stream that may not go on ends with the error that says so. */
async function* results(
  items: AsyncGenerator<Delivery>,
  { execution, connection, contextFor }: SubscriptionRequest,
): AsyncGenerator<ExecutionResult> {
  try {
    for await (const { item, viewer } of items) {
      const result = await execute({ ...execution, rootValue: item, contextValue: contextFor(viewer) });
      yield { ...result, extensions: { ...result.extensions, cursor: item.cursor } };
    }
    if (connection.endReason) yield { errors: [asGraphQLError(revoked())] };
  } catch (error) {
    yield { errors: [asGraphQLError(error)] };
  }
}

function admitted(viewer: Viewer | null, { name, plan }: FollowedField): Viewer {
  if (!viewer) throw unauthenticated();
  if (!allows(plan.rule, viewer)) throw forbidden(`Subscription.${name}`);
  return viewer;
}

/** Whether the field is still open to the viewer, and still means the feed that is being read. */
function stillFollows(viewer: Viewer, { plan, args }: FollowedField, feed: string): boolean {
  if (!allows(plan.rule, viewer)) return false;
  try {
    return plan.feed(viewer, args) === feed;
  } catch (error) {
    if (error instanceof RequestError) return false;
    throw error;
  }
}

function viewOf(viewer: Viewer, { plan, args }: FollowedField, { schema }: ExecutionArgs) {
  return plan.view(viewer, args, schema);
}

/** The transports' error handling expects GraphQL errors; what is not fit for the caller is masked there. */
function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(original.message, { originalError: original });
}
