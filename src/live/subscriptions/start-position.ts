import type { ChangeLog } from '../../changes/change-log.ts';
import { type CursorCodec, cursorInvalid, NO_AUDIENCE } from '../../core/feeds/cursor.ts';
import type { Clock } from '../../core/process/clock.ts';
import type { ResetReason } from '../../graph/events/follow.ts';
import type { FeedTail } from '../tails/feed-tail.ts';

/** The position at which a subscription starts. */
export interface StartPosition {
  /** Every change after this number is delivered. */
  readonly after: number;
  /** The reason for which the subscription does not start at its client's cursor; null if it does. */
  readonly reset: ResetReason | null;
  /** The fingerprint of the audience whose rows the client has; undefined if its cursor does not say. */
  readonly rowsOf: string | undefined;
}

export interface StartPositionParts {
  readonly changeLog: ChangeLog;
  readonly cursors: CursorCodec;
  readonly clock: Clock;
  readonly resumeHorizonMs: number;
}

/**
 * Finds the position at which a subscription starts: without a cursor, the end of the feed. Throws CURSOR_INVALID for a
 * cursor that this server did not make for this feed. If the log cannot be replayed after the cursor without a gap,
 * the subscription starts at the end of the feed, with the reason. Nothing is skipped silently.
 */
export async function startPosition(
  cursor: string | null | undefined,
  tail: FeedTail,
  { changeLog, cursors, clock, resumeHorizonMs }: StartPositionParts,
): Promise<StartPosition> {
  if (cursor == null) return startAtEnd(tail, null);
  const { feed, epoch, seq, audience } = cursors.decode(cursor);
  if (feed !== tail.feed) throw cursorInvalid();
  if (epoch !== tail.epoch) return startAtEnd(tail, 'EPOCH_CHANGED');
  if (seq > tail.last) {
    // Another node was faster than this tail, or the feed is not the one that the cursor was issued for.
    const before = tail.last;
    const [position] = await changeLog.positions([feed]);
    await tail.reach(position, before);
    if (tail.isBroken || seq > tail.last) return startAtEnd(tail, 'EPOCH_CHANGED');
  }
  if (seq < tail.last) {
    // The numbers are dense and the oldest changes are removed first: if the next change is there, all later ones are.
    const next = await changeLog.occurrence(feed, seq + 1);
    const isKept = next && clock.now().getTime() - next.getTime() <= resumeHorizonMs;
    if (!isKept) return startAtEnd(tail, 'EXPIRED');
  }
  return { after: seq, reset: null, rowsOf: audience };
}

/** The end of a feed: the client has nothing of what is before it. */
export function startAtEnd({ last }: Pick<FeedTail, 'last'>, reset: ResetReason | null): StartPosition {
  return { after: last, reset, rowsOf: NO_AUDIENCE };
}
