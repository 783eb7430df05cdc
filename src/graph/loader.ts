import DataLoader from 'dataloader';
import type { Context } from '../core/context.ts';

/**
 * Makes a loader that reads rows by id, all that one step of an operation asks for in one query. Rows are
 * remembered for the operation (of a subscription: for the event), never longer.
 */
export function rowLoader<Row extends { id: string }>(
  find: (ctx: Context, ids: readonly string[]) => Promise<readonly Row[]>,
): (ctx: Context, id: string) => Promise<Row | null> {
  const loaders = new WeakMap<Context, DataLoader<string, Row | null>>();
  return (ctx, id) => {
    let loader = loaders.get(ctx);
    if (!loader) {
      loader = new DataLoader(async (ids: readonly string[]) => {
        const rows = new Map((await find(ctx, ids)).map((row) => [row.id, row]));
        return ids.map((one) => rows.get(one) ?? null);
      });
      loaders.set(ctx, loader);
    }
    return loader.load(id);
  };
}
