/** The ends of the feeds when an operation began. */
export interface FeedCursors {
  /**
   * The cursor of one feed, at its beginning if the operation itself created the feed; null for a feed that does not
   * exist.
   */
  of(feed: string): Promise<string | null>;
}
