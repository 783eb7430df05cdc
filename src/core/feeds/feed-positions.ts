/** Turns sequence numbers of a feed into cursors and back. */
export interface FeedPositions {
  cursorAt(feed: string, seq: number): Promise<string>;
  /**
   * Throws CURSOR_INVALID for a text that was not issued for this feed, CURSOR_EXPIRED for a cursor from an earlier
   * epoch.
   */
  seqOf(feed: string, cursor: string): Promise<number>;
}
