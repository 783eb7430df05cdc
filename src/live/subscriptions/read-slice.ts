import { type Backlog, firstOf, type Interest, type Passage } from '../tails/backlog.ts';
import { firstWithin } from '../tails/change-bytes.ts';
import type { FeedTail } from '../tails/feed-tail.ts';
import { feedRestored } from './feed-restored.ts';

/** The changes that a slice has at most. Those that the viewer does not see cost a comparison. */
const SLICE = 256;

/**
 * So much of what comes next a subscription holds while its client reads, however slowly: the ring and the backlog may
 * drop it meanwhile.
 */
const MAX_HELD_BYTES = 512 * 1_024;

export interface SliceParts {
  readonly tail: FeedTail;
  /** Has the changes that the tail no longer keeps. */
  readonly backlog: Backlog;
  /** The entities whose changes the viewer may see at all. */
  readonly interest: Interest;
}

/** Reads the next changes after a position, up to the tail. Throws CURSOR_EXPIRED if the position is lost. */
export async function readSlice(at: number, { tail, backlog, interest }: SliceParts): Promise<Passage> {
  if (tail.isBroken) throw feedRestored();
  const kept = tail.since(at, SLICE);
  const passage = kept
    ? { changes: kept, upTo: kept.at(-1)?.seq ?? at }
    : await backlog.read(tail, at, interest);
  return firstOf(passage, firstWithin(MAX_HELD_BYTES, passage.changes.slice(0, SLICE)));
}
