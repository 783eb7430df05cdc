import { OutsideAudience } from '../core/audience.ts';
import type { Change } from '../core/change.ts';
import type { Metrics } from '../core/metrics.ts';
import type { Viewer } from '../core/viewer.ts';
import type { FollowItem, ResetReason } from '../graph/follow.ts';
import { type Backlog, BLOCK } from './backlog.ts';
import type { ClientConnection } from './client-connection.ts';
import type { FeedTail } from './feed-tail.ts';
import type { Group, LiveMember } from './group.ts';
import type { EnteredGroup } from './groups.ts';
import { keepTrying } from './keep-trying.ts';
import type { Sink } from './payload.ts';
import { feedRestored, revoked } from './stream-ends.ts';
import type { TailCursors } from './tail-cursors.ts';
import { waitForMore } from './wait-for-more.ts';

/** With more changes than this before it, a follower waits for its turn. */
const FEW = 16;
/** So many are made ahead for a follower that shares with nobody: a crowd of them would fill the memory with blocks. */
const FEW_AT_ONCE = 32;

/** What a follower needs to know about the field it serves. */
export interface FollowerParts {
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
  readonly enterGroup: (viewer: Viewer, isUnshared: boolean) => EnteredGroup;
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
  readonly #parts: FollowerParts;
  /** Up to where everything has been delivered. */
  at: number;
  #viewer: Viewer | null = null;
  #entered: EnteredGroup | null = null;
  #isUnshared = false;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.at = parts.after;
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
    const { reset, cursors, hasPositions, signal } = this.#parts;
    if (reset) await this.#notify({ __typename: 'FeedReset', reason: reset, cursor: cursors.at(this.at) });
    let isPositionDue = hasPositions;
    while (!signal.aborted) {
      if ((await this.#catchUp()) || signal.aborted) continue;
      if (isPositionDue) {
        isPositionDue = false;
        await this.#notify({ __typename: 'FeedPosition', cursor: cursors.at(this.at) });
      } else if (this.#canBeLive()) await this.#beLive();
      else isPositionDue = (await this.#beQuiet()) && hasPositions;
    }
  }

  /** Delivers the next changes; false if there are none. */
  async #catchUp(): Promise<boolean> {
    const { signal, tail, takeTurn } = this.#parts;
    if (tail.last - this.at > FEW) await takeTurn();
    const changes = await this.#nextChanges();
    for (let first = 0; first < changes.length && !signal.aborted; ) {
      const together = changes.slice(first, first + (this.#entered?.isShared() ? BLOCK : FEW_AT_ONCE));
      await this.#deliver(together);
      first += together.length;
    }
    return changes.length > 0;
  }

  /** Has changes made together, and delivers them as the client takes them. */
  async #deliver(changes: readonly Change[]): Promise<void> {
    const { sink, metrics, signal } = this.#parts;
    if (changes.length > 1) await this.#withGroup((group) => group.prepare(changes));
    for (const change of changes) {
      const payload = await this.#withGroup((group) => group.payloadOf(change));
      if (signal.aborted) return;
      this.at = change.seq;
      if (payload) metrics.deliveries.taken.inc();
      const isFull = payload && sink.deliver(payload);
      if (isFull) await isFull;
    }
  }

  /** The next changes as far as the tail has come. While the database is away it waits for it: the place is kept. */
  async #nextChanges(): Promise<readonly Change[]> {
    return (await keepTrying(() => this.#readChanges(), this.#parts)) ?? [];
  }

  async #readChanges(): Promise<readonly Change[]> {
    const { connection, tail, backlog } = this.#parts;
    if (tail.isBroken) throw feedRestored();
    const changes = tail.since(this.at, BLOCK) ?? (await backlog.read(tail, this.at));
    // Changes of a guest's rights are written in another feed, so their order to these changes is not known here:
    // the rights are read after the changes were.
    if (changes.length > 0 && !this.#isAtHome()) await connection.refresh();
    return changes;
  }

  async #notify(item: FollowItem): Promise<void> {
    await this.#parts.sink.deliver(await this.#withGroup((group) => group.notice(item)));
  }

  /** Has the group do something; what turns out to depend on who the viewer is, is done for this viewer alone. */
  async #withGroup<Made>(work: (group: Group) => Made | Promise<Made>): Promise<Made> {
    try {
      return await work(this.#group());
    } catch (error) {
      this.#goAlone(error);
      return work(this.#group());
    }
  }

  /** Leaves whoever it shared with; throws what has another cause. */
  #goAlone(error: unknown): void {
    if (!(error instanceof OutsideAudience) || this.#isUnshared) throw error;
    this.#parts.onUnshared(error);
    this.#isUnshared = true;
    this.#viewer = null;
  }

  /** The group of whoever the viewer is by now. Already its view may throw OutsideAudience. */
  #group(): Group {
    const viewer = this.#parts.connection.viewer;
    if (!viewer) throw revoked();
    if (viewer !== this.#viewer || !this.#entered) {
      const entered = this.#parts.enterGroup(viewer, this.#isUnshared);
      this.#entered?.leave();
      this.#entered = entered;
      this.#viewer = viewer;
    }
    return this.#entered.group;
  }

  #isAtHome(): boolean {
    return this.#parts.connection.viewer?.homeFeed === this.#parts.tail.feed;
  }

  #canBeLive(): boolean {
    const { tail } = this.#parts;
    // A tail that has just broken has called back already, and never will again.
    return this.#isAtHome() && tail.last === this.at && !tail.isBroken;
  }

  /** Is given what comes until it has to go on by itself. */
  async #beLive(): Promise<void> {
    const { connection, sink, signal } = this.#parts;
    let room: Promise<void> | undefined;
    const join = (group: Group) =>
      new Promise<LiveMember>((resolve) => {
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
    // It joins in the same turn in which it looked at the tail: nobody would tell it what came in between.
    const { at } = await this.#withGroup(join);
    this.at = at;
    if (!sink.endsSlowReaders) await room;
  }

  /** Waits for more, under rights that still stand; true if nothing came for a while. */
  #beQuiet(): Promise<boolean> {
    return this.#withGroup(() => waitForMore(this.#parts, this.at));
  }
}
