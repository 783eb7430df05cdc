import type { ViewerContext } from '../core/context.ts';
import type { RowArgs } from '../core/requests/command-args.ts';
import { notFound, requireVersion } from '../core/requests/errors.ts';
import type { EntityRow } from '../core/rows/change.ts';
import { requireNotErased } from '../core/rows/erased-person.ts';
import type { Rows } from '../core/rows/rows.ts';
import type { Transaction } from '../core/rows/transact.ts';
import { toPrismaWhere } from './prisma-where.ts';
import { tableOf } from './table.ts';

/** The part of the rows of a command that finding one of them needs. */
type Found<Row extends EntityRow> = Pick<Rows<Row>, 'entity' | 'type' | 'visibleTo'>;

/** The viewer of the command. */
type By = Pick<ViewerContext, 'viewer'>;

/**
 * Locks and reads the row that a command changes; no other transaction changes it until this one ends. Throws NOT_FOUND
 * for a row that is not visible to the viewer, VERSION_CONFLICT with the row if it has changed since the client read it,
 * and INVALID_STATE for an erased person.
 */
export async function rowToChange<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  { id, expectedVersion }: RowArgs,
): Promise<Row> {
  const row = await lockedRow(tx, by, rows, { id, expectedVersion });
  requireNotErased(row, 'id');
  return row;
}

async function lockedRow<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  { id, expectedVersion }: RowArgs,
): Promise<Row> {
  await tx.lock(rows.entity, id);
  const row = await visibleRow(tx, by, rows, id, 'id');
  requireVersion(row, expectedVersion);
  return row;
}

/**
 * Like `rowToChange`, for a row that the command deletes: no other transaction can refer to it from here on. That of an
 * erased person can be deleted, too.
 */
export async function rowToDelete<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  args: RowArgs,
): Promise<Row> {
  await tx.lockToDelete(rows.entity, args.id);
  return lockedRow(tx, by, rows, args);
}

/**
 * Reads a row to which a new or changed row will refer, and keeps it from being deleted until the transaction ends.
 * Throws NOT_FOUND, with the path of the argument that named it, for a row that is not visible to the viewer.
 */
export async function rowToReferTo<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  id: string,
  ...path: string[]
): Promise<Row> {
  await tx.lockAgainstDelete(rows.entity, id);
  return visibleRow(tx, by, rows, id, ...path);
}

/**
 * Like `rowToReferTo`, for a row by whose columns the command decides: it cannot change until the transaction ends, and
 * other transactions may decide by it meanwhile.
 */
export async function rowToDecideBy<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  id: string,
  ...path: string[]
): Promise<Row> {
  await tx.lockAgainstChange(rows.entity, id);
  return visibleRow(tx, by, rows, id, ...path);
}

/**
 * Like `rowToReferTo`, for a row whose columns the new row copies: no other transaction can change it until this one
 * ends.
 */
export async function rowToCopyFrom<Row extends EntityRow>(
  tx: Transaction,
  by: By,
  rows: Found<Row>,
  id: string,
  ...path: string[]
): Promise<Row> {
  await tx.lock(rows.entity, id);
  return visibleRow(tx, by, rows, id, ...path);
}

async function visibleRow<Row extends EntityRow>(
  tx: Transaction,
  { viewer }: By,
  rows: Found<Row>,
  id: string,
  ...path: string[]
): Promise<Row> {
  const where = { AND: [{ id }, toPrismaWhere(rows.visibleTo(viewer))] };
  const row = await tableOf<Row>(tx.db, rows.entity).findFirst({ where });
  if (!row) throw notFound(rows.type, ...path);
  return row;
}
