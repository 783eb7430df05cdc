import DataLoader from 'dataloader';
import { type Context, requireViewer } from '../core/context.ts';
import type { Viewer } from '../core/viewer.ts';
import { matches, type Where } from '../core/where.ts';
import type { PrismaClient } from '../generated/prisma/client.ts';

/** Prisma splits longer lists of ids into queries of its own. */
const MAX_BATCH = 10_000;

/** How rows of one table are read by their ids, and which of them a viewer sees. */
export interface RowSource<Row extends { id: string }> {
  readonly find: (db: PrismaClient, ids: string[]) => Promise<readonly Row[]>;
  /** The same rule that filters the table's queries. */
  readonly visibleTo: (viewer: Viewer) => Where<Row>;
}

/**
 * Makes a loader that reads rows by id. What all operations and all events of this node ask for at the same moment is
 * read in one query, whoever asks: an event that is made for a thousand audiences reads a customer's plan once. Whether
 * the viewer sees the row is told afterwards, by its image. Nothing is remembered, so each answer was read after it was
 * asked for and is never older than the change it is shown with.
 */
export function rowLoader<Row extends { id: string }>({
  find,
  visibleTo,
}: RowSource<Row>): (ctx: Context, id: string) => Promise<Row | null> {
  const loaders = new WeakMap<PrismaClient, DataLoader<string, Row | null>>();
  const loaderOf = (db: PrismaClient) => {
    const loader = loaders.get(db) ?? batching((ids) => find(db, ids));
    loaders.set(db, loader);
    return loader;
  };
  return async (ctx, id) => {
    const { viewer } = requireViewer(ctx);
    const row = await loaderOf(ctx.db).load(id);
    return row && matches(visibleTo(viewer), row) ? row : null;
  };
}

function batching<Row extends { id: string }>(find: (ids: string[]) => Promise<readonly Row[]>) {
  const read = async (ids: readonly string[]) => {
    const rows = new Map((await find([...new Set(ids)])).map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  };
  return new DataLoader<string, Row | null>(read, { cache: false, maxBatchSize: MAX_BATCH });
}
