import { audienceOf, type OutsideAudience } from '../../src/core/rights/audience.ts';
import type { Viewer } from '../../src/core/rights/viewer.ts';
import type { ClientConnection } from '../../src/live/connections/client-connection.ts';
import type { GroupParts } from '../../src/live/groups/group.ts';
import type { Payload, Sink } from '../../src/live/streams/payload.ts';
import { Subscription, type SubscriptionParts } from '../../src/live/subscriptions/subscription.ts';
import { Backlog } from '../../src/live/tails/backlog.ts';
import { MemoryFeed } from './memory-feed.ts';
import { aGroup, aViewer, versionIn } from './unit-group.ts';

/** A client that can be written to at any time. */
export function sinkTo(take: (payload: Payload) => unknown): Sink {
  return {
    hasRoomFor: () => true,
    room: async () => {},
    endsSlowReaders: true,
    deliver: (payload) => {
      take(payload);
      return undefined;
    },
  };
}

/** A connection whose viewer may become another one. */
export function aConnection(viewer: Viewer) {
  const callbacks = new Set<() => void>();
  const connection = {
    viewer,
    refresh: async () => {},
    onViewerChange: (callback: () => void) => {
      callbacks.add(callback);
      return () => callbacks.delete(callback);
    },
  };
  return {
    connection: connection as unknown as ClientConnection,
    become(next: Viewer) {
      connection.viewer = next;
      for (const callback of [...callbacks]) callback();
    },
  };
}

/** A subscription to the home feed of its viewer. */
export function follow(
  feed: MemoryFeed,
  parts: Partial<SubscriptionParts> & Pick<SubscriptionParts, 'enterGroup'>,
) {
  const abort = new AbortController();
  const versions: number[] = [];
  const unshared: OutsideAudience[] = [];
  const subscription = new Subscription({
    connection: aConnection(aViewer({ homeFeed: MemoryFeed.FEED })).connection,
    tail: feed.tail,
    backlog: new Backlog(feed.log),
    interest: undefined,
    inTurn: (work) => work(),
    sink: sinkTo((payload) => versions.push(versionIn(payload))),
    after: 0,
    reset: null,
    hasPositions: false,
    positionIntervalMs: 1_000,
    onUnshared: (error) => unshared.push(error),
    onTrouble: (error) => {
      throw error;
    },
    modules: undefined,
    rowsOf: undefined,
    isWindow: false,
    onSnapshotUsed: () => {},
    metrics: feed.metrics,
    signal: abort.signal,
    ...parts,
  });
  return { running: subscription.run(), abort, versions, unshared };
}

/** Enters the shared group, or a group of its own for a subscription that is alone. */
export function entering(feed: MemoryFeed, text: string, parts: Partial<GroupParts> = {}) {
  const shared = aGroup(feed, { text, ...parts });
  return (viewer: Viewer, isAlone: boolean) => ({
    group: isAlone ? aGroup(feed, { text, audience: audienceOf(viewer, true) }) : shared,
    isShared: () => !isAlone,
    leave: () => {},
  });
}
