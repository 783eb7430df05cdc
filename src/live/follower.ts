import type { ChangeLog } from '../changes/change-log.ts';
import type { Change } from '../core/change.ts';
import { RequestError } from '../core/errors.ts';
import type { Viewer } from '../core/viewer.ts';
import type { FollowItem, ResetReason, View } from '../graph/follow.ts';
import type { Connection } from './connection.ts';
import type { FeedTail } from './feed-tail.ts';

const CATCH_UP_BATCH = 200;

/** What a follower needs to know about the field it serves. */
export interface Following {
  readonly connection: Connection;
  readonly tail: FeedTail;
  readonly log: ChangeLog;
  /** Where it starts: everything behind this number is delivered. */
  readonly after: number;
  /** Set if the client's cursor could not be honoured and the client can be told so in the stream. */
  readonly reset: ResetReason | null;
  readonly hasPositions: boolean;
  readonly positionIntervalMs: number;
  /** What the viewer sees of a change; throws a RequestError once the viewer may not follow any more. */
  readonly viewOf: (viewer: Viewer) => View;
  readonly cursorAt: (seq: number) => string;
  readonly signal: AbortSignal;
}

/** An item to deliver, and the viewer under whose rights it was chosen and must be shown. */
export interface Delivery {
  readonly item: FollowItem;
  readonly viewer: Viewer;
}

/**
 * Yields what one subscription has to deliver, in order and without end. A follower holds a place in the feed and
 * never a queue: it takes the next changes when the client has taken the last ones, from the tail's ring, or from
 * the log when it is further behind. Both are read by number, so catching up and going live join by themselves.
 *
 *              changes behind me         none
 *     ring:    deliver them              wait for the tail to move
 *     log:     deliver them              –
 *
 * It never passes the tail. What the tail has let through was committed under rights that this node has applied.
 */
export async function* deliveries(following: Following): AsyncGenerator<Delivery> {
  const { tail, signal, cursorAt, hasPositions } = following;
  const sight = sightOf(following);
  let at = following.after;
  if (following.reset) {
    yield sight.notice({ __typename: 'FeedReset', reason: following.reset, cursor: cursorAt(at) });
  }
  let isPositionDue = hasPositions;
  while (!signal.aborted) {
    const changes = await nextChanges(following, at);
    for (const change of changes) {
      at = change.seq;
      const delivery = sight.of(change);
      if (delivery) yield delivery;
      if (signal.aborted) return;
    }
    if (changes.length > 0) continue;
    if (isPositionDue) yield sight.notice({ __typename: 'FeedPosition', cursor: cursorAt(at) });
    const isQuiet = await moved(tail, at, following.positionIntervalMs, signal);
    isPositionDue = isQuiet && hasPositions;
  }
}

/** The next changes behind `at`, as far as the tail has come; none if the follower has caught up. */
async function nextChanges({ connection, tail, log }: Following, at: number): Promise<readonly Change[]> {
  if (tail.isBroken) throw startAnew();
  const changes = tail.since(at) ?? (await log.read(tail.feed, at, tail.last, CATCH_UP_BATCH));
  // Changes of a guest's rights are written in another feed, so their order to these changes is not known here:
  // the rights are read after the changes were.
  if (changes.length > 0 && connection.viewer?.homeFeed !== tail.feed) await connection.refresh();
  return changes;
}

/** Looks at changes with the eyes of whoever the viewer is by now. */
function sightOf({ connection, viewOf, cursorAt }: Following) {
  let known: Viewer | null = null;
  let view: View = () => null;
  const viewer = (): Viewer => {
    const now = connection.viewer;
    if (!now) throw revoked();
    if (now !== known) {
      view = viewOf(now);
      known = now;
    }
    return now;
  };
  return {
    notice: (item: FollowItem): Delivery => ({ viewer: viewer(), item }),
    of(change: Change): Delivery | null {
      const by = viewer();
      const sighted = view(change);
      return sighted && { viewer: by, item: { ...sighted, cursor: cursorAt(change.seq) } };
    },
  };
}

/** Waits until the tail is further than `at`; true if the time was up first. */
function moved(tail: FeedTail, at: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  if (tail.last > at || tail.isBroken || signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (isQuiet: boolean) => {
      clearTimeout(timer);
      forget();
      signal.removeEventListener('abort', onAbort);
      resolve(isQuiet);
    };
    const onAbort = () => finish(false);
    const forget = tail.onceMore(() => finish(false));
    const timer = setTimeout(() => finish(true), timeoutMs).unref();
    signal.addEventListener('abort', onAbort);
  });
}

/** Ends a stream whose viewer may not follow it any more. */
export function revoked(): RequestError {
  return new RequestError('SUBSCRIPTION_REVOKED', 'You may no longer follow this.');
}

function startAnew(): RequestError {
  return new RequestError(
    'CURSOR_EXPIRED',
    'The feed was restored: query again and follow from the new feedCursor.',
  );
}
