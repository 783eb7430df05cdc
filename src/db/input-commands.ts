import type { z } from 'zod';
import type { ViewerContext } from '../core/context.ts';
import type { CreateArgs, UpdateArgs } from '../core/requests/command-args.ts';
import { type Input, type OutputOf, parseInput } from '../core/requests/input.ts';
import { type OwnedRow, tenantToWriteIn } from '../core/rights/scope.ts';
import type { Entity, EntityRow } from '../core/rows/change.ts';
import type { Rows } from '../core/rows/rows.ts';
import type { Transaction, Written } from '../core/rows/transact.ts';
import type { TenantRow } from '../core/rows/visibility.ts';
import { ownerToWriteIn } from './owner-to-write-in.ts';
import { requireTenant } from './require-tenant.ts';
import { rowToChange } from './row-to-change.ts';

// The commands that check an input and write one row. A command that does something before its transaction is a function
// that calls `ctx.transact` itself.

type Command<Args, Row> = (ctx: ViewerContext, args: Args) => Promise<Written<Row>>;

/**
 * Makes the command of a mutation that creates a row: it checks the input, and records the row that `create` writes, in
 * one transaction with it.
 */
export function createCommand<Row extends EntityRow, Of extends Input>(
  entity: Entity<Row>,
  input: Of,
  create: (tx: Transaction, data: OutputOf<Of>, ctx: ViewerContext) => Promise<Row>,
): Command<CreateArgs<Of>, Row> {
  return async (ctx, args) => {
    const data = parseInput<Of['schema']>(input, args.input);
    return ctx.transact(async (tx) => tx.created(entity, await create(tx, data, ctx)));
  };
}

/** An input with `tenantIdField`. */
type TenantInput = Input<z.ZodType<{ readonly tenantId?: string | null | undefined }>>;

/**
 * Like `createCommand`, for a row of a tenant: `data` has the tenant, which is in the scope of the viewer and is kept
 * from being deleted until the transaction ends.
 */
export function createCommandOfTenant<Row extends EntityRow, Of extends TenantInput>(
  entity: Entity<Row>,
  input: Of,
  create: (tx: Transaction, data: OutputOf<Of> & TenantRow, ctx: ViewerContext) => Promise<Row>,
): Command<CreateArgs<Of>, Row> {
  return async (ctx, args) => {
    const parsed = parseInput<Of['schema']>(input, args.input);
    const tenantId = tenantToWriteIn(ctx.viewer, parsed.tenantId);
    const data = { ...parsed, tenantId };
    return ctx.transact(async (tx) => {
      await requireTenant(tx, tenantId);
      return tx.created(entity, await create(tx, data, ctx));
    });
  };
}

/** An input with `ownerFields`. */
type OwnerInput = Input<
  z.ZodType<{
    readonly tenantId?: string | null | undefined;
    readonly organizationId?: string | null | undefined;
  }>
>;

/** Like `createCommand`, for a row of a tenant or of an organization: `data` has the owner, as `ownerToWriteIn` decides. */
export function createCommandOfOwner<Row extends EntityRow, Of extends OwnerInput>(
  entity: Entity<Row>,
  input: Of,
  create: (
    tx: Transaction,
    data: Omit<OutputOf<Of>, keyof OwnedRow> & OwnedRow,
    ctx: ViewerContext,
  ) => Promise<Row>,
): Command<CreateArgs<Of>, Row> {
  return async (ctx, args) => {
    const parsed = parseInput<Of['schema']>(input, args.input);
    return ctx.transact(async (tx) => {
      const data = { ...parsed, ...(await ownerToWriteIn(tx, ctx.viewer, parsed)) };
      return tx.created(entity, await create(tx, data, ctx));
    });
  };
}

/** The columns that a checked input changes. Throws UserErrors to refuse the change of the row `before`. */
type Change<Row, Data> = (
  tx: Transaction,
  data: Data,
  before: Row,
  ctx: ViewerContext,
) => Partial<Row> | Promise<Partial<Row>>;

/**
 * Makes the command of a mutation that changes a row: it checks the input, and writes the columns of `change`. Rows of
 * earlier rooms to which the row will refer are locked by `keep`, which runs before the row is locked.
 */
export function updateCommand<Row extends EntityRow, Of extends Input>(
  rows: Pick<Rows<Row>, 'entity' | 'type' | 'visibleTo'>,
  input: Of,
  change: Change<Row, OutputOf<Of>>,
  keep?: (tx: Transaction, data: OutputOf<Of>) => Promise<void>,
): Command<UpdateArgs<Of>, Row> {
  return async (ctx, { input: given, ...args }) => {
    const data = parseInput<Of['schema']>(input, given);
    return ctx.transact(async (tx) => {
      await keep?.(tx, data);
      const before = await rowToChange(tx, ctx, rows, args);
      return tx.update(rows.entity, before, await change(tx, data, before, ctx));
    });
  };
}
