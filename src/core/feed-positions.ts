/** Turns numbers of a feed into cursors and back. */
export interface FeedPositions {
  cursorAt(feed: string, seq: number): Promise<string>;
  /**
   * Throws CURSOR_INVALID for what was not issued for this feed, CURSOR_EXPIRED for a cursor whose numbers mean nothing
   * any more.
   */
  seqOf(feed: string, cursor: string): Promise<number>;
}
