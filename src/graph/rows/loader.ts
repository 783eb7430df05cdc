import DataLoader from 'dataloader';
import { type Context, requireViewer } from '../../core/context.ts';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { SharedWork } from '../../core/requests/tracing.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { matches, type Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import type { Rows } from '../../core/rows/rows.ts';
import { tableOf } from '../../db/table.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';

/** Prisma splits longer lists of ids into several queries. */
const MAX_BATCH = 10_000;

/** The query that reads rows by their ids, and their visibility. */
export interface RowSource<Row extends { id: string }> {
  readonly find: (db: PrismaClient, ids: string[]) => Promise<readonly Row[]>;
  /** The same rule that filters the queries of such rows. */
  readonly visibleTo: (viewer: Viewer) => Where<Row>;
}

type Load<Row> = (ctx: Context, id: string) => Promise<Row | null>;

const loaders = new WeakMap<object, Load<never>>();

/** The loader of some rows; one for all fields that lead to them. */
export function loaderOf<Row extends EntityRow>(rows: Pick<Rows<Row>, 'entity' | 'visibleTo'>): Load<Row> {
  const { entity, visibleTo } = rows;
  const find = (db: PrismaClient, ids: string[]) =>
    tableOf<Row>(db, entity).findMany({ where: { id: { in: ids } } });
  const load = (loaders.get(rows) as Load<Row> | undefined) ?? rowLoader({ find, visibleTo });
  loaders.set(rows, load as Load<never>);
  return load;
}

/**
 * Makes a loader that reads rows by id. All ids that the operations and events of this node need at the same moment are
 * read in one query, whatever the viewer: an event that is executed for a thousand audiences reads a customer's plan
 * once. Visibility is decided afterwards, from the row. Nothing is cached, so each row is read after it was requested
 * and is never older than the change with which it is shown.
 */
export function rowLoader<Row extends { id: string }>({ find, visibleTo }: RowSource<Row>): Load<Row> {
  const batches = new WeakMap<PrismaClient, Pick<DataLoader<string, Row | null>, 'load'>>();
  const batchOf = (db: PrismaClient) => {
    const batch = batches.get(db) ?? batching((ids) => find(db, ids));
    batches.set(db, batch);
    return batch;
  };
  return async (ctx, id) => {
    const { viewer } = requireViewer(ctx);
    const row = await batchOf(ctx.db).load(id);
    return row && matches(visibleTo(viewer), row) ? row : null;
  };
}

function batching<Row extends { id: string }>(find: (ids: string[]) => Promise<readonly Row[]>) {
  const shared = new SharedWork('read rows together');
  const read = async (ids: readonly string[]) => {
    const found = await OperationBudget.shared(() => shared.run(async () => find([...new Set(ids)])));
    const rows = new Map(found.map((row) => [row.id, row]));
    return ids.map((id) => rows.get(id) ?? null);
  };
  const batch = new DataLoader<string, Row | null>(read, { cache: false, maxBatchSize: MAX_BATCH });
  return {
    load: (id: string) => {
      shared.join();
      return batch.load(id);
    },
  };
}
