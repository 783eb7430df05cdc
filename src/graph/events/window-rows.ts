import type { EntityRow } from '../../core/rows/change.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import type { GoneReason } from './gone-reason.ts';

/** Whether a row is in the list, or the reason for which it is not. */
export type Standing = 'LISTED' | GoneReason;

/** A window, as one viewer with one set of arguments asks for it. */
export interface WindowRows {
  /** The GraphQL types of a page, of a row with its position, and of one that left. */
  readonly types: { readonly snapshot: string; readonly placed: string; readonly gone: string };
  /** The GraphQL type that shows the rows. */
  readonly shownAs: string;
  readonly entity: string;
  /** The number of rows that the client receives. */
  readonly first: number;
  /** Reads the first `take` rows of a feed, in order. */
  readonly read: (db: PrismaClient, feed: string, take: number) => Promise<EntityRow[]>;
  /** Compares two rows as the database does. Negative: the first one is before the other. */
  readonly compare: (one: EntityRow, other: EntityRow) => number;
  /** Whether a row is in the list of this viewer; null is a row that does not exist. */
  readonly standing: (row: EntityRow | null) => Standing;
}
