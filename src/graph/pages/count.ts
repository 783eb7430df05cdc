/**
 * The most items of a list that are counted: a count reads each of them, and the cost of a list must not follow all that
 * is stored.
 */
const MAX_COUNTED = 100_000;

/** So many items a count reads at most: one more than a client learns, to know that there are more. */
export const COUNTED_AT_MOST = MAX_COUNTED + 1;

/** The number of items of a list, as clients receive it. */
export interface Count {
  readonly count: number;
  /** Whether the list has more items than this. */
  readonly isEstimate: boolean;
}

/** Says what a count means that read `COUNTED_AT_MOST` items at most. */
export function countOf(counted: number): Count {
  return { count: Math.min(counted, MAX_COUNTED), isEstimate: counted > MAX_COUNTED };
}
