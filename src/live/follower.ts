import { setTimeout as pause } from 'node:timers/promises';
import { OutsideAudience } from '../core/audience.ts';
import type { Change } from '../core/change.ts';
import { RequestError } from '../core/errors.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Viewer } from '../core/viewer.ts';
import type { ResetReason } from '../graph/follow.ts';
import { type Backlog, BLOCK } from './backlog.ts';
import type { ClientConnection } from './client-connection.ts';
import type { FeedTail } from './feed-tail.ts';
import type { Group, LiveMember } from './group.ts';
import type { Payload, Sink } from './payload.ts';
import type { TailCursors } from './tail-cursors.ts';
import { waitForMore } from './wait-for-more.ts';

/** With more changes than this before it, a follower waits for its turn. */
const FEW = 16;
const RETRY_MS = 500;

/** What a follower needs to know about the field it serves. */
export interface Following {
  readonly connection: ClientConnection;
  readonly tail: FeedTail;
  /** Where older changes are than the tail keeps. */
  readonly backlog: Backlog;
  /** Done when it is this follower's turn to catch up: a crowd must not keep everybody else waiting. */
  readonly takeTurn: () => Promise<unknown>;
  readonly sink: Sink;
  /** Where it starts: everything behind this number is delivered. */
  readonly after: number;
  /** Set if the client's cursor could not be honoured and the client can be told so in the stream. */
  readonly reset: ResetReason | null;
  readonly hasPositions: boolean;
  readonly positionIntervalMs: number;
  /** The group of a viewer; throws a RequestError once the viewer may not follow any more. */
  readonly enterGroup: (
    viewer: Viewer,
    isUnshared: boolean,
  ) => { readonly group: Group; readonly leave: () => void };
  /** Told why nothing could be read just now. */
  readonly onTrouble: (error: unknown) => void;
  /** Told of each item that could not be shared although it should have been. */
  readonly onUnshared: (error: OutsideAudience) => void;
  readonly cursors: Pick<TailCursors, 'at'>;
  readonly metrics: Metrics;
  readonly signal: AbortSignal;
}

/**
 * Delivers what one subscription has coming, in order and without a gap. A follower holds a place in the feed and
 * never a queue. Its states:
 *
 *     catching up   takes the next changes when the client has taken the last ones, from the tail's ring or, when it
 *                   is further behind, from the log. Both are read by number, so they join by themselves.
 *     live          has everything the tail has, and is given payloads by its group as they come. Only at home.
 *     quiet         has everything and waits for the tail, where it cannot be live.
 *
 * From live it goes back to catching up, from where it is, when its viewer changes, its group gives it up, or there is
 * no room for more at a client that is waited for. It never passes the tail: what the tail has let through was
 * committed under rights that this node has applied.
 */
export class Follower {
  readonly #following: Following;
  /** Up to where everything has been delivered. */
  at: number;
  #viewer: Viewer | null = null;
  #entered: { readonly group: Group; readonly leave: () => void } | null = null;
  #isUnshared = false;

  constructor(following: Following) {
    this.#following = following;
    this.at = following.after;
  }

  /** Delivers until the signal is given; throws the RequestError that ends the stream. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      this.#entered?.leave();
      this.#entered = null;
    }
  }

  async #run(): Promise<void> {
    const { reset, cursors, hasPositions, positionIntervalMs, tail, signal } = this.#following;
    if (reset) await this.#notify({ __typename: 'FeedReset', reason: reset, cursor: cursors.at(this.at) });
    let isPositionDue = hasPositions;
    while (!signal.aborted) {
      if (await this.#catchUp()) continue;
      if (signal.aborted) return;
      if (isPositionDue) await this.#notify({ __typename: 'FeedPosition', cursor: cursors.at(this.at) });
      const wasQuiet = this.#canBeLive()
        ? await this.#beLive()
        : await waitForMore(tail, this.at, positionIntervalMs, signal);
      isPositionDue = wasQuiet && hasPositions;
    }
  }

  /** Delivers the next changes; false if there are none. */
  async #catchUp(): Promise<boolean> {
    const { sink, metrics, signal, tail, takeTurn } = this.#following;
    if (tail.last - this.at > FEW) await takeTurn();
    const changes = await this.#nextChanges();
    if (changes.length > 1) this.#group().prepare(changes);
    for (const change of changes) {
      const payload = await this.#payloadOf(change);
      if (signal.aborted) return true;
      this.at = change.seq;
      if (payload) metrics.deliveries.taken.inc();
      const isFull = payload && sink.deliver(payload);
      if (isFull) await isFull;
    }
    return changes.length > 0;
  }

  /** The next changes as far as the tail has come. While the database is away it waits for it: the place is kept. */
  async #nextChanges(): Promise<readonly Change[]> {
    const { signal, onTrouble } = this.#following;
    while (!signal.aborted) {
      try {
        return await this.#readChanges();
      } catch (error) {
        if (error instanceof RequestError) throw error;
        onTrouble(error);
        await pause(RETRY_MS, undefined, { ref: false });
      }
    }
    return [];
  }

  async #readChanges(): Promise<readonly Change[]> {
    const { connection, tail, backlog } = this.#following;
    if (tail.isBroken) throw startAnew();
    const changes = tail.since(this.at, BLOCK) ?? (await backlog.read(tail, this.at));
    // Changes of a guest's rights are written in another feed, so their order to these changes is not known here:
    // the rights are read after the changes were.
    if (changes.length > 0 && !this.#isAtHome()) await connection.refresh();
    return changes;
  }

  async #payloadOf(change: Change): Promise<Payload | null> {
    return this.#sharing((group) => group.payloadOf(change));
  }

  async #notify(item: Parameters<Group['notice']>[0]): Promise<void> {
    await this.#following.sink.deliver(await this.#sharing((group) => group.notice(item)));
  }

  /** Has the group make something; what turns out to depend on who the viewer is, is made for this viewer alone. */
  async #sharing<Made>(make: (group: Group) => Promise<Made>): Promise<Made> {
    try {
      return await make(this.#group());
    } catch (error) {
      this.#goAlone(error);
      return make(this.#group());
    }
  }

  /** Leaves whoever it shared with; throws what has another cause. */
  #goAlone(error: unknown): void {
    if (!(error instanceof OutsideAudience) || this.#isUnshared) throw error;
    this.#following.onUnshared(error);
    this.#isUnshared = true;
    this.#viewer = null;
  }

  /** The group of whoever the viewer is by now. */
  #group(): Group {
    const viewer = this.#following.connection.viewer;
    if (!viewer) throw revoked();
    if (viewer !== this.#viewer || !this.#entered) {
      const entered = this.#enter(viewer);
      this.#entered?.leave();
      this.#entered = entered;
      this.#viewer = viewer;
    }
    return this.#entered.group;
  }

  /** Already the view may depend on who the viewer is. */
  #enter(viewer: Viewer) {
    try {
      return this.#following.enterGroup(viewer, this.#isUnshared);
    } catch (error) {
      this.#goAlone(error);
      return this.#following.enterGroup(viewer, this.#isUnshared);
    }
  }

  #isAtHome(): boolean {
    return this.#following.connection.viewer?.homeFeed === this.#following.tail.feed;
  }

  #canBeLive(): boolean {
    const { tail } = this.#following;
    // A tail that broke while the client was told where it stands has called back already, and never will again.
    return this.#isAtHome() && tail.last === this.at && !tail.isBroken;
  }

  /** Is given what comes until it has to go on by itself. */
  async #beLive(): Promise<false> {
    const { connection, sink, signal } = this.#following;
    // Nobody would ever call it back.
    if (signal.aborted) return false;
    const group = this.#group();
    let room: Promise<void> | undefined;
    const { at } = await new Promise<LiveMember>((resolve) => {
      const member: LiveMember = {
        at: this.at,
        push(payload) {
          room = sink.deliver(payload);
          if (room && !sink.endsSlowReaders) member.dismiss();
        },
        dismiss() {
          group.leave(member);
          forgetViewer();
          signal.removeEventListener('abort', member.dismiss);
          resolve(member);
        },
      };
      const forgetViewer = connection.onViewerChange(member.dismiss);
      signal.addEventListener('abort', member.dismiss);
      group.join(member);
    });
    this.at = at;
    if (!sink.endsSlowReaders) await room;
    return false;
  }
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
