/** Tells where feeds stood when an operation began. */
export interface FeedCursors {
  /** The cursor of one feed, at its beginning if the operation itself made it; null for one that does not exist. */
  of(feed: string): Promise<string | null>;
}
