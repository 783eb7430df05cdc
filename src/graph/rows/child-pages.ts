import DataLoader from 'dataloader';
import { type Context, requireViewer } from '../../core/context.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Connection } from '../pages/connection-type.ts';
import type { Page, PageArgs } from '../pages/keyset.ts';
import { encodeKey } from '../pages/keyset-cursor.ts';
import type { Order } from '../pages/order.ts';
import { countsOfParents, type ListsOfParents, pagesOfParents } from '../pages/pages-of-parents.ts';
import { feedCursor } from '../pages/row-page.ts';

/** One list in the rows of a list. */
interface ChildList {
  readonly args: PageArgs;
  readonly parentId: string;
  /** The feed that contains the changes of the listed rows. */
  readonly feed: string;
}

/** The loaders of one field, for one viewer of an operation. */
interface Loaders<Row> {
  readonly viewer: Viewer;
  readonly lists: ListsOfParents;
  /** By the arguments of the page. */
  readonly pages: Map<string, DataLoader<string, Page<Row>>>;
  readonly counts: DataLoader<string, number>;
}

/**
 * Makes the function that reads a list in the rows of a list: the rows whose `column` has the id of the parent. All pages
 * with the same arguments that an operation needs at the same moment are read in one statement, and their counts in
 * another one. Nothing is cached.
 */
export function childPages<Row extends EntityRow>(
  { entity, visibleTo }: Pick<Rows<Row>, 'entity' | 'visibleTo'>,
  column: keyof Row & string,
  order: Order,
): (ctx: Context, list: ChildList) => Promise<Connection<Row>> {
  const known = new WeakMap<Context, Loaders<Row>>();
  const loadersOf = (ctx: Context): Loaders<Row> => {
    const { viewer } = requireViewer(ctx);
    const before = known.get(ctx);
    // An operation can sign its client in half-way.
    if (before?.viewer === viewer) return before;
    const lists = { model: entity.name, column, where: toPrismaWhere(visibleTo(viewer)) };
    const counts = batching((ids) => countsOfParents(ctx.db, lists, ids));
    const loaders: Loaders<Row> = { viewer, lists, pages: new Map(), counts };
    known.set(ctx, loaders);
    return loaders;
  };
  return async (ctx, { args, parentId, feed }) => {
    const { lists, pages, counts } = loadersOf(ctx);
    const key = JSON.stringify([args.first, args.after, args.last, args.before]);
    const loader =
      pages.get(key) ?? batching((ids) => pagesOfParents<Row>(ctx.db, lists, { args, order }, ids));
    pages.set(key, loader);
    return {
      page: await loader.load(parentId),
      cursorOf: (row) => encodeKey(row, order),
      feedCursor: () => feedCursor(ctx, feed),
      countAll: () => counts.load(parentId),
    };
  };
}

/** Makes a loader that reads what is requested at the same moment together. `read` answers for every id. */
function batching<Value>(
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): DataLoader<string, Value> {
  const load = async (ids: readonly string[]): Promise<Value[]> => {
    const found = await read([...new Set(ids)]);
    return ids.map((id) => found.get(id) as Value);
  };
  return new DataLoader<string, Value>(load, { cache: false });
}
