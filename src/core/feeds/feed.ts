/**
 * A feed is one ordered sequence of changes. Each tenant has one (its id is the tenant's), each organization has
 * one, and the platform has this one.
 */
export const PLATFORM_FEED = '00000000-0000-7000-8000-000000000000';

/** A position in a feed: everything up to and including `seq` has been delivered. */
export interface Position {
  readonly feed: string;
  /** Changes when the sequence numbers of a feed get another meaning, e.g. after a restore. */
  readonly epoch: string;
  readonly seq: number;
}
