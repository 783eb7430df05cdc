import type { z } from 'zod';
import type { ViewerContext } from '../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../core/requests/command-args.ts';
import { type Input, type OutputOf, parseInput } from '../core/requests/input.ts';
import { tenantInScope } from '../core/rights/scope.ts';
import type { Entity, EntityRow } from '../core/rows/change.ts';
import type { Rows } from '../core/rows/rows.ts';
import { type Idempotency, idempotent, type Transaction, type Written } from '../core/rows/transact.ts';
import type { TenantRow } from '../core/rows/visibility.ts';
import { requireTenant } from './require-tenant.ts';
import { rowToChange, rowToDelete } from './row-to-change.ts';

// The steps that the commands on one row share. A command that needs another order, e.g. a lock before its row's, calls
// `ctx.transact` itself.

type FoundRows<Row extends EntityRow> = Pick<Rows<Row>, 'entity' | 'type' | 'visibleTo'>;

/** A request to create a row. */
interface Creation<Of extends Input> {
  /** The name of the mutation: a key that was used with another one is refused. */
  readonly mutation: string;
  readonly input: Of;
  readonly args: CreateArgs<Of>;
}

/** Checks the input, and records the row that `create` writes, in one transaction with it. */
export async function createRow<Row extends EntityRow, Of extends Input>(
  ctx: ViewerContext,
  entity: Entity<Row>,
  { mutation, input, args }: Creation<Of>,
  create: (tx: Transaction, data: OutputOf<Of>) => Promise<Row>,
): Promise<Written<Row>> {
  const data = parseInput<Of['schema']>(input, args.input);
  const idempotency = idempotent(args.idempotencyKey, mutation, data);
  return ctx.transact(async (tx) => tx.created(entity, await create(tx, data)), idempotency);
}

/** An input with `tenantIdField`. */
type TenantInput = Input<z.ZodType<{ readonly tenantId?: string | null | undefined }>>;

/**
 * Like `createRow`, for a row of a tenant. The tenant is in the scope of the viewer, and is kept from being deleted until
 * the transaction ends.
 */
export async function createRowOfTenant<Row extends EntityRow, Of extends TenantInput>(
  ctx: ViewerContext,
  entity: Entity<Row>,
  { mutation, input, args }: Creation<Of>,
  create: (tx: Transaction, data: OutputOf<Of> & TenantRow) => Promise<Row>,
): Promise<Written<Row>> {
  const parsed = parseInput<Of['schema']>(input, args.input);
  const tenantId = tenantInScope(ctx.viewer, parsed.tenantId);
  const data = { ...parsed, tenantId };
  return ctx.transact(
    async (tx) => {
      await requireTenant(tx, tenantId);
      return tx.created(entity, await create(tx, data));
    },
    idempotent(args.idempotencyKey, mutation, data),
  );
}

/** The row, and the idempotency key of the request, if it has one. */
interface RowRequest extends RowArgs {
  readonly idempotency?: Idempotency | undefined;
}

/**
 * Writes the columns that `change` returns for the row, which `rowToChange` has locked. Throws what `rowToChange` and
 * `change` throw; the row then stays as it was.
 */
export function changeRow<Row extends EntityRow>(
  ctx: ViewerContext,
  rows: FoundRows<Row>,
  { idempotency, ...args }: RowRequest,
  change: (before: Row, tx: Transaction) => Partial<Row> | Promise<Partial<Row>>,
): Promise<Written<Row>> {
  return ctx.transact(async (tx) => {
    const before = await rowToChange(tx, ctx, rows, args);
    return tx.update(rows.entity, before, await change(before, tx));
  }, idempotency);
}

/** Like `changeRow`, for the columns that `change` makes of the checked input. */
export async function updateRow<Row extends EntityRow, Of extends Input>(
  ctx: ViewerContext,
  rows: FoundRows<Row>,
  input: Of,
  { input: given, ...args }: UpdateArgs<Of>,
  change: (data: OutputOf<Of>, before: Row, tx: Transaction) => Partial<Row> | Promise<Partial<Row>>,
): Promise<Written<Row>> {
  const data = parseInput<Of['schema']>(input, given);
  return changeRow(ctx, rows, args, (before, tx) => change(data, before, tx));
}

/**
 * Deletes a row unless `check` refuses it. Throws what `rowToDelete` and `check` throw, and IN_USE if rows of another
 * entity refer to it.
 */
export function deleteRow<Row extends EntityRow>(
  ctx: ViewerContext,
  rows: FoundRows<Row>,
  { idempotency, ...args }: RowRequest,
  check?: (row: Row) => void,
): Promise<Written<Row>> {
  return ctx.transact(async (tx) => {
    const row = await rowToDelete(tx, ctx, rows, args);
    check?.(row);
    return tx.delete(rows.entity, row);
  }, idempotency);
}
