import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type Audience, OutsideAudience } from '../core/audience.ts';
import type { Change } from '../core/change.ts';
import type { Context } from '../core/context.ts';
import type { Metrics } from '../core/metrics.ts';
import type { FollowItem, View } from '../graph/follow.ts';
import { BLOCK } from './backlog.ts';
import type { Executor } from './executor.ts';
import type { FeedTail } from './feed-tail.ts';
import { type Payload, payloadOf } from './payload.ts';
import type { Made, PayloadCache } from './payload-cache.ts';
import type { TailCursors } from './tail-cursors.ts';

const NOTHING: Made = { payload: null };

/** What a group makes payloads with. */
export interface GroupParts {
  readonly tail: FeedTail;
  readonly audience: Audience;
  readonly view: View;
  /** The operation of any one of its followers: they differ in nothing that is executed. */
  readonly execution: ExecutionArgs;
  readonly executor: Executor;
  readonly contextFor: (audience: Audience, requestId: string) => Context;
  readonly present: (result: ExecutionResult, requestId: string) => ExecutionResult;
  readonly cursors: Pick<TailCursors, 'at'>;
  /** After how much quiet its followers are told where the stream stands; null for never. */
  readonly positionIntervalMs: number | null;
  /** Remembers what was made, for followers of the group that come to it later. */
  readonly remembered: ReturnType<PayloadCache['ofGroup']>;
  readonly metrics: Metrics;
}

/** A follower that has caught up and is given what comes, as it comes. */
export interface LiveMember {
  /** Up to where it has everything. While it is a member, the group may know better. */
  at: number;
  push(payload: Payload): void;
  /** Called when the group can no longer serve it: it goes on by itself from where it is. */
  dismiss(): void;
}

/**
 * Followers of one feed with the same document, the same variables and the same audience. A change is looked at,
 * executed and serialised once for all of them, in a context that is made of the audience alone: nothing of one
 * follower can get into what the others are sent.
 *
 * Members get their payloads from one loop, in the order of the feed. One that joins while the loop is still busy
 * with an earlier change has that change already; its own `at` says so.
 */
export class Group {
  readonly #parts: GroupParts;
  readonly #members = new Set<LiveMember>();
  #at = 0;
  #isRunning = false;
  #forgetTail: (() => void) | null = null;
  #positionTimer: NodeJS.Timeout | null = null;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** What a change is to this audience; null if nothing. Made once for those who ask soon. Throws OutsideAudience. */
  async payloadOf(change: Change): Promise<Payload | null> {
    const { payload } = await this.#parts.remembered(change.seq, () => this.#make(change));
    return payload;
  }

  /** Begins to make the payloads of changes that will be asked for, so that what they lead to is read together. */
  prepare(changes: readonly Change[]): void {
    // Whoever asks for one is told why it could not be made.
    for (const change of changes) this.payloadOf(change).catch(() => {});
  }

  /** The payload of an item that is no change. Throws OutsideAudience. */
  async notice(item: FollowItem): Promise<Payload> {
    return this.#execute(item, item.cursor);
  }

  /** Serves a follower that has everything the tail has. */
  join(member: LiveMember): void {
    if (this.#members.size === 0) this.#at = Math.max(this.#at, member.at);
    this.#members.add(member);
    this.#listen();
    // Whoever comes does not put off what the others wait for.
    if (!this.#positionTimer) this.#armPosition();
  }

  /** Serves it no longer; its `at` then says up to where it was served. */
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
    this.#forgetTail ??= this.#parts.tail.onceMore(() => {
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
      // Each member meets the same fault on its own, and knows what to do about it.
      this.#dismissAll();
    }
    // In one step with the last look at the tail: what came in between would be told to nobody.
    this.#isRunning = false;
    if (this.#members.size > 0) this.#listen();
  }

  #hasMore(): boolean {
    const { tail } = this.#parts;
    return this.#members.size > 0 && (tail.isBroken || tail.last > this.#at);
  }

  /** Gives members what there is by now. */
  async #serve(): Promise<void> {
    const { tail } = this.#parts;
    const changes = tail.isBroken ? null : tail.since(this.#at, BLOCK);
    if (!changes) this.#dismissAll();
    this.prepare(changes ?? []);
    for (const change of changes ?? []) {
      if (this.#members.size === 0) return;
      const payload = await this.payloadOf(change);
      if (payload) this.#push(payload, change.seq);
      this.#at = Math.max(this.#at, change.seq);
    }
  }

  #push(payload: Payload, seq: number): void {
    let served = 0;
    for (const member of this.#members) {
      if (seq <= member.at) continue;
      member.at = seq;
      member.push(payload);
      served += 1;
    }
    this.#parts.metrics.deliveries.pushed.inc(served);
    if (served > 0) this.#parts.metrics.groupSize.observe(served);
    this.#armPosition();
  }

  #dismissAll(): void {
    for (const member of [...this.#members]) {
      this.leave(member);
      member.dismiss();
    }
  }

  async #make(change: Change): Promise<Made> {
    const seen = this.#parts.view(change);
    if (!seen) return NOTHING;
    const { metrics, cursors } = this.#parts;
    metrics.executions.inc();
    const payload = await this.#execute({ ...seen, cursor: cursors.at(change.seq) }, change.eventId);
    return { payload };
  }

  async #execute(item: FollowItem, requestId: string): Promise<Payload> {
    const { execution, executor, contextFor, audience, present } = this.#parts;
    const contextValue = contextFor(audience, requestId);
    const result = await executor.execute(execution, item, contextValue);
    const outside = result.errors?.find(({ originalError }) => originalError instanceof OutsideAudience);
    if (outside) throw outside.originalError;
    return payloadOf(present(result, requestId), item.cursor);
  }

  #armPosition(): void {
    const { positionIntervalMs, cursors } = this.#parts;
    if (positionIntervalMs === null) return;
    if (this.#positionTimer) {
      this.#positionTimer.refresh();
      return;
    }
    this.#positionTimer = setTimeout(() => {
      this.#positionTimer = null;
      // As in the loop: each member meets the fault on its own.
      this.#tellPosition(cursors.at(this.#at)).catch(() => this.#dismissAll());
    }, positionIntervalMs).unref();
  }

  async #tellPosition(cursor: string): Promise<void> {
    const at = this.#at;
    const payload = await this.notice({ __typename: 'FeedPosition', cursor });
    // None if a change has come meanwhile: its cursor says more than this one.
    const quiet = this.#at === at ? [...this.#members].filter((member) => member.at <= at) : [];
    for (const member of quiet) member.push(payload);
    if (this.#members.size > 0) this.#armPosition();
  }
}
