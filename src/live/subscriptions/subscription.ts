import type { Metrics } from '../../core/process/metrics.ts';
import type { ResetReason } from '../../graph/events/follow.ts';
import type { ClientConnection } from '../connections/client-connection.ts';
import type { Group } from '../groups/group.ts';
import { deliverInRoom } from '../streams/deliver-in-room.ts';
import { hasReturned } from '../streams/modules-mark.ts';
import type { Payload } from '../streams/payload.ts';
import { firstOf, type Passage } from '../tails/backlog.ts';
import { ClientRows } from './client-rows.ts';
import { CurrentGroup, type CurrentGroupParts } from './current-group.ts';
import { deliverSnapshot, type SnapshotParts } from './deliver-snapshot.ts';
import { deliverSteps } from './deliver-steps.ts';
import { feedRestored } from './feed-restored.ts';
import { LiveMembership } from './live-membership.ts';
import { readSlice, type SliceParts } from './read-slice.ts';
import { retryUntilAborted } from './retry.ts';
import { waitWhileIdle } from './wait-while-idle.ts';

/**
 * A subscription reads, renders and holds a slice at a time, however fast its client reads: others have their turn
 * between two slices, and a crowd of subscriptions does not fill the memory with what waits for slow clients. A slice has
 * at most so many changes that the viewer sees: each is rendered.
 */
const VISIBLE_IN_SLICE = 32;
/** A subscription that has had everything takes no turns while it is this near to the end of the tail. */
const NEAR_THE_TAIL = 16;

type State = 'RESETTING' | 'SNAPSHOTTING' | 'CATCHING_UP' | 'ANNOUNCING' | 'LIVE' | 'IDLE';

export interface SubscriptionParts
  extends CurrentGroupParts,
    SliceParts,
    Omit<SnapshotParts, 'refreshViewer'> {
  readonly connection: ClientConnection;
  /** Every change after this number is delivered. */
  readonly after: number;
  /** The reason for a FeedReset at the start; null for none. */
  readonly reset: ResetReason | null;
  /** The fingerprint of the audience whose rows the client has. Undefined: it has those that its cursor is about. */
  readonly rowsOf: string | undefined;
  /** Whether it is about the first rows of a list: it then delivers steps of the window of its group, and no changes. */
  readonly isWindow: boolean;
  /** The modules that were off at its cursor, in a stream of all changes. */
  readonly modules: string | undefined;
  readonly hasPositions: boolean;
  readonly positionIntervalMs: number;
  readonly metrics: Metrics;
}

/**
 * One running subscription to a feed. It delivers each visible change after its start position, in order and without a
 * gap. It holds a position in the feed and never a queue. Its states:
 *
 *     RESETTING     delivers a FeedReset
 *                     → SNAPSHOTTING if the client wants rows, else CATCHING_UP
 *     SNAPSHOTTING  delivers the rows that its viewer sees, in pages, and takes their position for its own
 *                     → SNAPSHOTTING  its viewer has changed, or something was erased
 *                     → CATCHING_UP   all rows are delivered
 *     CATCHING_UP   delivers the next changes at the client's pace, from the tail's ring, or from the backlog
 *                     → RESETTING    the client's rows are no longer those of its viewer's audience
 *                     → SNAPSHOTTING its window has gone on without it
 *                     → ANNOUNCING   it has everything, and a FeedPosition is due
 *                     → LIVE         it has everything, and the feed is its viewer's home feed
 *                     → IDLE         it has everything
 *     ANNOUNCING    delivers a FeedPosition
 *                     → CATCHING_UP
 *     LIVE          its group pushes payloads to it
 *                     → CATCHING_UP  its viewer changes, its group dismisses it, or its client has no room
 *     IDLE          waits
 *                     → CATCHING_UP  the tail advances, its viewer changes, or a FeedPosition is due
 *
 * It ends when the signal is aborted, and throws when its viewer may no longer subscribe or its position is lost.
 * It never passes the tail: before a tail moves past a change, this node has applied the change's rights. The ring and
 * the backlog are both read by number, so what they deliver joins without gaps or repetitions.
 */
export class Subscription {
  readonly #parts: SubscriptionParts;
  readonly #group: CurrentGroup;
  readonly #rows: ClientRows;
  /** The modules without which the client has received what is before `#at`. */
  #modules: string | undefined;
  /** Whether `#isServedBy` was true for the latest group. */
  #isServed = true;
  /** The position up to which everything has been delivered. */
  #at: number;
  #isPositionDue: boolean;
  /** The reason for the next FeedReset; null for none. */
  #reset: ResetReason | null;
  /** Whether it has had everything that the tail had, at some time. */
  #hasCaughtUp = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#group = new CurrentGroup(parts);
    this.#rows = new ClientRows(parts.rowsOf);
    this.#modules = parts.modules;
    this.#reset = parts.reset;
    this.#at = parts.after;
    this.#isPositionDue = parts.hasPositions;
  }

  /** Delivers until the signal is aborted; throws the RequestError that ends the stream. */
  async run(): Promise<void> {
    const { signal } = this.#parts;
    let state: State = this.#reset ? 'RESETTING' : this.#afterReset();
    try {
      while (!signal.aborted) state = await this.#next(state);
    } finally {
      this.#group.leave();
    }
  }

  /** Does what a state permits; returns the state after it. */
  async #next(state: State): Promise<State> {
    switch (state) {
      case 'RESETTING':
        await this.#sayReset();
        return this.#afterReset();
      case 'SNAPSHOTTING':
        return (await this.#deliverSnapshot()) ? 'CATCHING_UP' : 'SNAPSHOTTING';
      case 'CATCHING_UP':
        if (await this.#hasOtherRights()) return 'RESETTING';
        if (await (this.#parts.isWindow ? this.#catchUpWindow() : this.#catchUp())) return this.#afterReset();
        if (this.#isPositionDue) return 'ANNOUNCING';
        return this.#canBeLive() ? 'LIVE' : 'IDLE';
      case 'ANNOUNCING':
        await this.#announcePosition();
        return 'CATCHING_UP';
      case 'LIVE':
        await this.#beLive();
        return 'CATCHING_UP';
      case 'IDLE':
        await this.#beIdle();
        return 'CATCHING_UP';
    }
  }

  #afterReset(): State {
    return this.#rows.areDue ? 'SNAPSHOTTING' : 'CATCHING_UP';
  }

  async #sayReset(): Promise<void> {
    const { sink, signal } = this.#parts;
    const reason = this.#reset;
    this.#reset = null;
    if (!reason) return;
    await deliverInRoom(sink, signal, () => this.#group.use((group) => group.reset(reason, this.#at)));
  }

  /** Delivers all rows that the viewer sees; false if it has to begin again. */
  async #deliverSnapshot(): Promise<boolean> {
    if (this.#parts.tail.isBroken) throw feedRestored();
    const refreshViewer = () => this.#refreshAfter(Number.POSITIVE_INFINITY);
    const delivered = await deliverSnapshot(this.#group, { ...this.#parts, refreshViewer });
    if (!delivered) return false;
    this.#at = delivered.seq;
    this.#rows.become(delivered.group);
    this.#hasCaughtUp = false;
    this.#isPositionDue = this.#parts.hasPositions;
    return true;
  }

  /**
   * Whether the viewer has come to see other rows than the client has, which are due then, or what happened to those of a
   * module is missing.
   */
  async #hasOtherRights(): Promise<boolean> {
    if (await this.#group.use((group) => this.#isServedBy(group))) return false;
    if (!this.#rows.areCurrent) this.#rows.forget();
    this.#modules = undefined;
    this.#reset = 'RIGHTS_CHANGED';
    this.#parts.metrics.resets.RIGHTS_CHANGED.inc();
    return true;
  }

  /** Whether what a group renders continues what the client has; what the group continues without is noted. */
  #isServedBy(group: Group): boolean {
    this.#isServed = this.#rows.areOf(group) && !hasReturned(this.#modules, group.modules);
    if (this.#isServed) this.#modules = group.modules;
    return this.#isServed;
  }

  async #announcePosition(): Promise<void> {
    const { sink, signal } = this.#parts;
    this.#isPositionDue = false;
    await deliverInRoom(sink, signal, () => this.#ask((group) => group.position(this.#at)));
  }

  /**
   * Asks the viewer's group for what comes next; null once the client lacks something that the group shows: a cursor of
   * the group would say that it does not.
   */
  #ask(work: (group: Group) => Promise<Payload | null>): Promise<Payload | null> {
    return this.#group.use((group) => (this.#isServedBy(group) ? work(group) : null));
  }

  /** Delivers the next slice; false if the tail has nothing more. */
  async #catchUp(): Promise<boolean> {
    const next = await this.#inTurnIfFar(() => this.#prepare());
    if (!next || this.#parts.signal.aborted) return false;
    const hasMore = next.upTo > this.#at;
    this.#hasCaughtUp ||= !hasMore;
    await this.#deliver(next);
    return hasMore;
  }

  /** Delivers what the client lacks of the window; false if that is nothing. If it is all rows, these are due then. */
  async #catchUpWindow(): Promise<boolean> {
    const { signal, tail } = this.#parts;
    const next = await this.#inTurnIfFar(async () => {
      if (tail.isBroken) throw feedRestored();
      const missing = await this.#group.use((group) => group.windowAfter(this.#at));
      await this.#refreshAfter(missing === 'ROWS' ? tail.last : missing.upTo);
      return missing;
    });
    if (!next || signal.aborted) return false;
    const onStep = (seq: number) => {
      this.#at = seq;
    };
    const ask = (work: (group: Group) => Promise<Payload | null>) => this.#ask(work);
    const isWhole = next !== 'ROWS' && (await deliverSteps(next.steps, { ...this.#parts, ask, onStep }));
    if (!isWhole && this.#isServed) this.#rows.forget();
    if (!isWhole) return true;
    const hasMore = next.upTo > this.#at || next.steps.length > 0;
    this.#hasCaughtUp ||= !hasMore;
    this.#at = next.upTo;
    return hasMore;
  }

  /** Works in turn if there is much to do. While the database is unavailable it keeps its position and waits, without a turn. */
  #inTurnIfFar<Value>(work: () => Promise<Value>): Promise<Value | null> {
    const { tail, inTurn } = this.#parts;
    const isNear = tail.last - this.#at <= (this.#hasCaughtUp ? NEAR_THE_TAIL : 0);
    return retryUntilAborted(isNear ? work : () => inTurn(work), this.#parts);
  }

  /** Reads the next slice, up to the tail, and has it rendered. */
  async #prepare(): Promise<Passage> {
    // The client may have left while others had their turns.
    if (this.#parts.signal.aborted) return { changes: [], upTo: this.#at };
    const next = await readSlice(this.#at, this.#parts);
    await this.#refreshAfter(next.upTo);
    if (next.changes.length <= 1) return next;
    // An error is thrown again when the first payload is asked for, and ends the stream there.
    const first = await this.#group
      .use((group) => group.prepareFirst(VISIBLE_IN_SLICE, next.changes))
      .catch(() => next.changes.slice(0, VISIBLE_IN_SLICE));
    return firstOf(next, first);
  }

  /**
   * Changes of a viewer's rights are in its home feed. Their order relative to the changes of another feed is not known, so
   * for another feed the rights are read after the changes up to `seq`.
   */
  async #refreshAfter(seq: number): Promise<void> {
    if (seq > this.#at && !this.#isInHomeFeed()) await this.#parts.connection.refresh();
  }

  /** Delivers changes one by one as the client takes them. */
  async #deliver({ changes, upTo }: Passage): Promise<void> {
    const { sink, metrics, signal, tail, connection } = this.#parts;
    for (const change of changes) {
      const render = () => this.#ask((group) => group.payloadOf(change, connection.viewer?.userId));
      const taken = await deliverInRoom(sink, signal, render);
      if (taken) metrics.deliveries.taken.inc();
      if (taken) tail.traces?.taken(change.eventId);
      // The viewer has come to see other rows: this change is in those that follow.
      if (signal.aborted || !this.#isServed) return;
      this.#at = change.seq;
    }
    this.#at = upTo;
  }

  async #beLive(): Promise<void> {
    // It joins in the turn in which it looks at the tail: nothing would announce a change that came in between.
    if (!this.#canBeLive()) return;
    const membership = await this.#group.use((group) =>
      this.#isServedBy(group) ? new LiveMembership(group, this.#at, this.#parts) : null,
    );
    if (!membership) return;
    await membership.ended;
    this.#at = membership.at;
  }

  #canBeLive(): boolean {
    const { isWindow, tail } = this.#parts;
    // A broken tail has called back already, and never will again.
    return !isWindow && this.#isInHomeFeed() && tail.last === this.#at && !tail.isBroken;
  }

  #isInHomeFeed(): boolean {
    return this.#parts.connection.viewer?.homeFeed === this.#parts.tail.feed;
  }

  /** Waits under rights that still suffice. */
  async #beIdle(): Promise<void> {
    const wasIdle = await this.#group.use(() => waitWhileIdle(this.#parts, this.#at));
    if (wasIdle) this.#isPositionDue = this.#parts.hasPositions;
  }
}
