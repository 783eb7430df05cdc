import { databaseTime } from '../../changes/schedule.ts';
import type { Context } from '../../core/context.ts';
import { badArgument } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Where } from '../../core/rights/where.ts';
import type { EntityRow } from '../../core/rows/change.ts';
import { nounOfRows, type Rows } from '../../core/rows/rows.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { pluralOf } from '../../lib/plural-of.ts';
import { columnsTested, type FilterShape } from '../inputs/filter.ts';
import type { Connection } from '../pages/connection-type.ts';
import { type RowPage, rowPage } from '../pages/row-page.ts';
import type { ArgBuilder } from '../schema/shared-args.ts';

/** The way in which a list shows its rows as they were at a time. */
export interface PastRows<Row extends EntityRow> {
  /**
   * The columns that never change. Pages, filters and visibility are read from the present rows, so the rows of the past
   * can be filtered and ordered by these alone.
   */
  readonly fixed: readonly (keyof Row & string)[];
  /** Returns rows that existed at a time as they were then. */
  at(db: PrismaClient, rows: readonly Row[], time: Date): Promise<Row[]>;
}

const PAST = sentences('BAD_USER_INPUT', {
  TIME_IN_FUTURE: 'Argument "{argument}": the time is in the future.',
  CHANGES_IN_TIME: 'Argument "{argument}": with "asOf" it can only be by what never changes: {values}.',
});

/** Makes the argument of a list that names the time of which it shows the rows. */
export function asOfArg<Row extends EntityRow>(
  arg: ArgBuilder,
  rows: Pick<Rows<Row>, 'entity' | 'type'>,
  { fixed }: PastRows<Row>,
) {
  return arg({
    type: 'DateTime',
    description: `Shows the ${pluralOf(nounOfRows(rows))} that existed at this time, by the clock of the database, as they were then: those that the viewer may see now. The filter and the order can then only be by ${fixed.map((column) => `\`${column}\``).join(', ')}. BAD_USER_INPUT for other ones, and for a time in the future.`,
  });
}

/**
 * Reads one page of the rows that existed at a time and that the viewer may see now, as they were then. Throws
 * BAD_USER_INPUT for a time in the future, and for a filter or an order by what may have been different.
 */
export async function pastPage<Row extends EntityRow>(
  ctx: Context,
  rows: Pick<Rows<Row>, 'entity' | 'visibleTo'>,
  { where, ...page }: RowPage<Row>,
  { asOf, filter, past }: { readonly asOf: Date; readonly filter: FilterShape; readonly past: PastRows<Row> },
): Promise<Connection<Row>> {
  requireFixed(past, 'filter', columnsTested(filter));
  requireFixed(
    past,
    'orderBy',
    page.order.map(({ column }) => column),
  );
  if (asOf > (await databaseTime(ctx.db))) throw badArgument(PAST.TIME_IN_FUTURE({ argument: 'asOf' }));
  const existed = { AND: [where, { createdAt: { lte: asOf } }] } as Where<Row>;
  const list = await rowPage(ctx, rows, { ...page, where: existed });
  return { ...list, page: { ...list.page, rows: await past.at(ctx.db, list.page.rows, asOf) } };
}

function requireFixed<Row extends EntityRow>(
  { fixed }: PastRows<Row>,
  argument: string,
  columns: readonly string[],
): void {
  if (columns.every((column) => (fixed as readonly string[]).includes(column))) return;
  throw badArgument(PAST.CHANGES_IN_TIME({ argument, values: fixed.join(', ') }));
}
