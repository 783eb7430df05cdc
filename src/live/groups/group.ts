import type { ExecutionArgs } from 'graphql';
import { NO_AUDIENCE } from '../../core/feeds/cursor.ts';
import type { Metrics } from '../../core/process/metrics.ts';
import { type Audience, OutsideAudience } from '../../core/rights/audience.ts';
import type { Change } from '../../core/rows/change.ts';
import type { FollowItem, Notice, ResetReason, View } from '../../graph/events/follow.ts';
import type { EventContextMaker } from '../../operations/event-context.ts';
import type { PresentErrors } from '../../operations/present-errors.ts';
import type { Executor } from '../execution/executor.ts';
import { type Payload, payloadOf } from '../streams/payload.ts';
import { BLOCK } from '../tails/backlog.ts';
import type { CursorCache } from '../tails/cursor-cache.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import type { GroupRows } from './group-rows.ts';
import type { LiveMember } from './live-member.ts';
import { type GroupCache, isFor, type Rendered } from './payload-cache.ts';
import { SharedSnapshot } from './shared-snapshot.ts';
import type { Snapshot } from './snapshot.ts';
import type { Missing } from './window.ts';
import type { WindowStep } from './window-step.ts';

const INVISIBLE: Rendered = { payload: null };

/** A change that the audience sees, as it was rendered. */
type Shown = Rendered & { readonly payload: Payload };

/** The parts that a group renders payloads with. */
export interface GroupParts extends Partial<GroupRows> {
  readonly tail: FeedTail;
  readonly audience: Audience;
  readonly view: View;
  /** The operation of any one of the subscriptions: those of a group differ in nothing that is executed. */
  readonly execution: ExecutionArgs;
  readonly executor: Executor;
  readonly contextFor: EventContextMaker;
  readonly present: PresentErrors;
  readonly cursors: Pick<CursorCache, 'at'>;
  /** The modules without which a stream of all changes continues; undefined for none, and for other streams. */
  readonly modules?: string | undefined;
  /** The idle time after which members get a FeedPosition; null for never. */
  readonly positionIntervalMs: number | null;
  /** Keeps what was rendered, for subscriptions of the group that reach a change later. */
  readonly cache: GroupCache;
  readonly metrics: Metrics;
}

/**
 * The subscriptions to one tail with the same operation and the same audience. The group views, executes and serialises
 * a change once for all of them, in a context that is made from the audience alone: so nothing of one subscriber can
 * get into the payloads of the others.
 *
 * One loop pushes payloads to the members, in the order of the feed. A member that joins while the loop is still busy
 * with an earlier change has that change already, as its own `at` says.
 */
export class Group {
  readonly #parts: GroupParts;
  readonly #members = new Set<LiveMember>();
  readonly #snapshot: SharedSnapshot;
  #at = 0;
  #isRunning = false;
  #forgetTail: (() => void) | null = null;
  #positionTimer: NodeJS.Timeout | null = null;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.#snapshot = new SharedSnapshot(parts);
  }

  /** The fingerprint of the audience whose rows a client of this group has; undefined if it need not have any. */
  get rowsOf(): string | undefined {
    return this.#parts.rowsOf;
  }

  /** Returns what a client of the window lacks that has its rows as they were at a position. */
  windowAfter(seq: number): Promise<Missing> {
    if (!this.#parts.window) throw new Error('The streams of this group have no window.');
    return this.#parts.window.after(seq);
  }

  /** Returns an item of a step of the window; null if it must not be shown any more. Throws OutsideAudience. */
  async payloadOfStep({ from, seq, items, erasures }: WindowStep, index: number): Promise<Payload | null> {
    const { cache, tail, metrics } = this.#parts;
    const item = items[index];
    if (!item || erasures !== tail.erasures) return null;
    const { payload } = await cache(`${erasures}/${from}-${seq}/${index}`, () => {
      metrics.executions.inc();
      // A client that is cut between two items has the rows from before the step.
      const isLast = index === items.length - 1;
      const cursor = this.#cursorAt(isLast ? seq : from);
      return this.#execute({ ...item, cursor }, cursor, isLast);
    });
    return payload;
  }

  /** The last subscription has left. */
  close(): void {
    this.#parts.window?.close();
  }

  /** The modules without which the streams continue. */
  get modules(): string | undefined {
    return this.#parts.modules;
  }

  /** Returns a change as a user of this audience sees it; null if it does not see it. Throws OutsideAudience. */
  async payloadOf(change: Change, userId?: string): Promise<Payload | null> {
    const rendered = await this.#rendered(change);
    return isFor(rendered, userId) ? rendered.payload : null;
  }

  #rendered(change: Change): Promise<Rendered> {
    const { cache, tail } = this.#parts;
    return cache(`${tail.erasures}/${change.seq}`, () => this.#render(change));
  }

  /**
   * Renders changes that will be asked for, together, so that the rows they refer to are read together. Done when all are
   * rendered; never fails.
   */
  async prepare(changes: readonly Change[]): Promise<void> {
    // The error of a change is thrown again when its payload is asked for.
    await Promise.allSettled(changes.map((change) => this.#rendered(change)));
  }

  /** Prepares the first changes, up to the one that is the `count`th visible, and returns them. Throws OutsideAudience. */
  async prepareFirst(count: number, changes: readonly Change[]): Promise<readonly Change[]> {
    let visible = 0;
    const end = changes.findIndex((change) => {
      if (this.#parts.view(change)) visible += 1;
      return visible === count;
    });
    const first = end < 0 ? changes : changes.slice(0, end + 1);
    await this.prepare(first);
    return first;
  }

  /** Returns the payload of a FeedPosition. Throws OutsideAudience. */
  position(seq: number): Promise<Payload> {
    return this.#notice({ __typename: 'FeedPosition' }, this.#cursorAt(seq));
  }

  /** Returns the payload of a FeedReset. Rows follow it if the streams of the group have any. Throws OutsideAudience. */
  reset(reason: ResetReason, seq: number): Promise<Payload> {
    return this.#notice({ __typename: 'FeedReset', reason }, this.#cursorBeforeRows(seq));
  }

  /** Returns the rows that this audience sees, read now or a moment ago. Throws OutsideAudience. */
  snapshot(): Promise<Snapshot> {
    return this.#snapshot.get();
  }

  /** Returns a page of a snapshot; null if the snapshot must not be shown any more. Throws OutsideAudience. */
  async pageOf(snapshot: Snapshot, page: number): Promise<Payload | null> {
    if (!this.#snapshot.mayBeShown(snapshot)) return null;
    const { payload } = await this.#parts.cache(`${snapshot.id}/${page}`, () =>
      snapshot.cut(
        page,
        (item) => {
          const cursor = item.isLast ? this.#cursorAt(snapshot.seq) : this.#cursorBeforeRows(snapshot.seq);
          return this.#execute({ ...item, cursor }, cursor);
        },
        (rendered) => rendered.payload.bytes.length,
      ),
    );
    return payload;
  }

  /** Adds a member that has everything the tail has. */
  join(member: LiveMember): void {
    if (this.#members.size === 0) this.#at = Math.max(this.#at, member.at);
    this.#members.add(member);
    this.#listen();
    // The timer is not restarted: a new member must not delay the position that others wait for.
    if (!this.#positionTimer) this.#armPosition();
  }

  /** Removes a member. Its `at` then says up to where it was served. Does nothing for a member that has left. */
  leave(member: LiveMember): void {
    if (!this.#members.delete(member)) return;
    member.at = Math.max(member.at, this.#at);
    if (this.#members.size > 0) return;
    this.#forgetTail?.();
    this.#forgetTail = null;
    if (this.#positionTimer) clearTimeout(this.#positionTimer);
    this.#positionTimer = null;
  }

  #listen(): void {
    this.#forgetTail ??= this.#parts.tail.onceAdvanced(() => {
      this.#forgetTail = null;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      while (this.#hasMore()) await this.#serve();
    } catch {
      // Each member meets the same error by itself, and handles it.
      this.#dismissAll();
    }
    // In the same step as the last look at the tail: nothing would announce a change that came in between.
    this.#isRunning = false;
    if (this.#members.size > 0) this.#listen();
  }

  #hasMore(): boolean {
    const { tail } = this.#parts;
    return this.#members.size > 0 && (tail.isBroken || tail.last > this.#at);
  }

  /** Pushes the changes that the tail has now. */
  async #serve(): Promise<void> {
    const { tail } = this.#parts;
    const changes = tail.isBroken ? null : tail.since(this.#at, BLOCK);
    if (!changes) this.#dismissAll();
    void this.prepare(changes ?? []);
    for (const change of changes ?? []) {
      if (this.#members.size === 0) return;
      this.#push(await this.#rendered(change), change);
      this.#at = Math.max(this.#at, change.seq);
    }
  }

  #push(rendered: Rendered, { seq, eventId }: Change): void {
    const { payload } = rendered;
    if (!payload) return;
    let served = 0;
    for (const member of this.#members) {
      if (seq > member.at && isFor(rendered, member.userId) && member.push(payload, seq)) served += 1;
    }
    this.#parts.metrics.deliveries.pushed.inc(served);
    if (served > 0) this.#parts.metrics.groupSize.observe(served);
    if (served > 0) this.#parts.tail.traces?.pushed(eventId, served);
    this.#armPosition();
  }

  #dismissAll(): void {
    for (const member of [...this.#members]) {
      // A dismissed member leaves the group itself, too, which then does nothing.
      this.leave(member);
      member.dismiss();
    }
  }

  async #render(change: Change): Promise<Rendered> {
    const visible = this.#parts.view(change);
    if (!visible) return INVISIBLE;
    this.#parts.metrics.executions.inc();
    const { onlyFor } = visible;
    const execute = () => this.#execute({ ...visible, cursor: this.#cursorAt(change.seq) }, change.eventId);
    const shown = await (this.#parts.tail.traces?.executing(change.eventId, execute) ?? execute());
    return { ...shown, onlyFor };
  }

  async #notice(notice: Notice, cursor: string): Promise<Payload> {
    return (await this.#execute({ ...notice, cursor }, cursor)).payload;
  }

  #cursorAt(seq: number): string {
    return this.#parts.cursors.at(seq, this.rowsOf ?? this.modules);
  }

  /** A client that resumes after it has rows of no audience, and receives them first. */
  #cursorBeforeRows(seq: number): string {
    return this.#parts.cursors.at(seq, this.rowsOf ? NO_AUDIENCE : this.modules);
  }

  async #execute(item: FollowItem, requestId: string, hasCursor = true): Promise<Shown> {
    const { execution, executor, contextFor, audience, present } = this.#parts;
    const contextValue = contextFor(audience, requestId);
    const result = await executor.execute(execution, item, contextValue);
    const outside = result.errors?.find(({ originalError }) => originalError instanceof OutsideAudience);
    if (outside) throw outside.originalError;
    const payload = payloadOf(present(result, requestId), hasCursor ? item.cursor : null);
    return { payload, isForNow: contextValue.isForNow ?? false };
  }

  #armPosition(): void {
    const { positionIntervalMs } = this.#parts;
    if (positionIntervalMs === null) return;
    if (this.#positionTimer) return void this.#positionTimer.refresh();
    this.#positionTimer = setTimeout(() => {
      this.#positionTimer = null;
      // As in the loop: each member meets the error by itself.
      this.#pushPosition().catch(() => this.#dismissAll());
    }, positionIntervalMs).unref();
  }

  async #pushPosition(): Promise<void> {
    const at = this.#at;
    const payload = await this.position(at);
    // After a change that came meanwhile the position is out of date: the cursor of the change says more.
    const idle = this.#at === at ? [...this.#members].filter((member) => member.at <= at) : [];
    for (const member of idle) member.push(payload, at);
    if (this.#members.size > 0) this.#armPosition();
  }
}
