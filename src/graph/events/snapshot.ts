import type { GraphQLSchema } from 'graphql';
import { inherited } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { tableOf } from '../../db/table.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { type FilterShape, toWhere } from '../inputs/filter.ts';
import { DEFAULT_PAGE } from '../pages/keyset.ts';
import { builder } from '../schema/builder.ts';
import type { SubscriptionArg } from './subscription-field.ts';

// A snapshot is the rows of a list at one position of its feed. A stream that asks for it begins with these rows, in
// pages, and continues with the changes after that position: so a client needs one subscription and no query, no cursor
// and no handling of resets. Rows and position are read in one snapshot of the database, hence the name.

/** A page costs as much as a list without `first`, and is counted like one. */
export const SNAPSHOT_PAGE = DEFAULT_PAGE;

/** The rows of a snapshot, as one viewer with one set of arguments sees them. */
export interface SnapshotRows {
  /** The GraphQL type of a page. */
  readonly typeName: string;
  /** Reads the next `take` rows of a feed in the order of their ids. */
  readonly read: (
    db: PrismaClient,
    feed: string,
    afterId: string | null,
    take: number,
  ) => Promise<EntityRow[]>;
}

/** A page of a snapshot, as an item of a stream. */
export interface SnapshotPage {
  readonly __typename: string;
  /** The number of the page, from 1. */
  readonly page: number;
  readonly isLast: boolean;
  /** The number of rows in all pages. */
  readonly totalCount: number;
  readonly rows: readonly EntityRow[];
}

/** The argument that asks for a snapshot. */
export function snapshotArg(arg: SubscriptionArg, { type }: Pick<Rows<never>, 'type'>) {
  return arg.boolean({
    defaultValue: false,
    description: `Whether the stream begins with each ${type} in view, in pages of ${snapshotTypeOf(type)}, before the changes after them. A stream that resumes within the horizon begins with the changes alone. Rows come again, all of them, after every FeedReset.`,
  });
}

/** Declares the type of the pages of a snapshot. */
export function snapshotType(rows: Pick<Rows<never>, 'type'>) {
  const { type } = rows;
  return builder.objectRef<SnapshotPage & { readonly cursor: string }>(snapshotTypeOf(type)).implement({
    description: `A page of the rows with which a stream of each ${type} begins. Page 1 begins the snapshot, also one that is sent again: keep its rows aside until its last page, then show them instead of all earlier ones.`,
    rule: inherited,
    fields: (t) => ({
      cursor: t.expose('cursor', {
        type: 'Cursor',
        description:
          'The position of the snapshot. Passed as `after`, that of the last page resumes the stream; that of another page begins the snapshot again.',
      }),
      page: t.exposeInt('page', { description: 'The number of the page, from 1.' }),
      isLast: t.exposeBoolean('isLast', {
        description: 'Whether it is the last page: the changes after the snapshot follow.',
      }),
      totalCount: t.exposeInt('totalCount', { description: 'The number of rows in all pages.' }),
      nodes: t.field({
        type: [type as never],
        description: 'The rows of the page, in no order to rely on.',
        resolve: ({ rows }) => rows as never,
      }),
    }),
  });
}

function snapshotTypeOf(type: string): string {
  return `${type}Snapshot`;
}

/** Finds the rows that a list of these rows would show to a viewer, with the arguments of the subscription. */
export function snapshotRowsOf<Row extends EntityRow>(
  { entity, type, scope, visibleTo }: Rows<Row>,
  viewer: Viewer,
  args: { readonly [name: string]: unknown },
  schema: GraphQLSchema,
): SnapshotRows {
  const wanted = toWhere<Row>(args.filter as FilterShape | null | undefined, {
    schema,
    typeName: type,
    viewer,
  });
  const isAsked = args.id ? { id: String(args.id) } : {};
  return {
    typeName: snapshotTypeOf(type),
    read: async (db, feed, afterId, take) => {
      const inView = { AND: [await scope.rows(feed, db), visibleTo(viewer), wanted, isAsked] } as Where<Row>;
      const isLater = afterId === null ? {} : { id: { gt: afterId } };
      return tableOf<Row>(db, entity).findMany({
        where: { AND: [toPrismaWhere(inView), isLater] },
        orderBy: [{ id: 'asc' }],
        take,
      });
    },
  };
}
