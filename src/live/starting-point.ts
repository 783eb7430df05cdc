import type { ChangeLog } from '../changes/change-log.ts';
import type { Clock } from '../core/clock.ts';
import { type CursorCodec, cursorInvalid } from '../core/cursor.ts';
import type { ResetReason } from '../graph/follow.ts';
import type { FeedTail } from './feed-tail.ts';

/** Where a follower starts, and why that is not where its client left off. */
export interface StartingPoint {
  readonly after: number;
  readonly reset: ResetReason | null;
}

export interface StartingPointParts {
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  readonly resumeHorizonMs: number;
}

/**
 * Decides where a follower starts. Without a cursor, at the end of the feed. A cursor that was not signed here for
 * this feed throws CURSOR_INVALID; one that was, but behind which the log cannot be replayed without a gap, starts
 * at the end with the reason. It is never silently skipped.
 */
export async function startingPoint(
  cursor: string | null | undefined,
  tail: FeedTail,
  { changeLog, cursors, clock, resumeHorizonMs }: StartingPointParts,
): Promise<StartingPoint> {
  if (cursor == null) return { after: tail.last, reset: null };
  const { feed, epoch, seq } = cursors.decode(cursor);
  if (feed !== tail.feed) throw cursorInvalid();
  if (epoch !== tail.epoch) return { after: tail.last, reset: 'EPOCH_CHANGED' };
  if (seq > tail.last) {
    // Another node was faster than this one's tail, or the feed is not the one the cursor was issued for.
    const before = tail.last;
    const [position] = await changeLog.positions([feed]);
    await tail.reach(position, before);
    if (tail.isBroken || seq > tail.last) return { after: tail.last, reset: 'EPOCH_CHANGED' };
  }
  if (seq < tail.last) {
    // The numbers are dense, so the next change is all one needs to see.
    const next = await changeLog.occurrence(feed, seq + 1);
    const isKept = next && clock.now().getTime() - next.getTime() <= resumeHorizonMs;
    if (!isKept) return { after: tail.last, reset: 'EXPIRED' };
  }
  return { after: seq, reset: null };
}
