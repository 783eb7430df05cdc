import type { ViewerContext } from '../../core/context.ts';
import type { UpdateArgs } from '../../core/requests/command-args.ts';
import { notFound, requireVersion } from '../../core/requests/errors.ts';
import { parseInput, updateInput } from '../../core/requests/input.ts';
import { requireNotErased } from '../../core/rows/erased-person.ts';
import { versionOfView } from '../../core/rows/partial-view.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Customer } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { contactInputs } from '../customers/customers.terms.ts';
import { accountsVisibleTo, accountViewFor } from './accounts.access.ts';

// Invariants of this room: an account is its customer's row, so a change of an account is a change of the customer, with
// one version and one position in the log; a customer's own users change contact data only, never status or plan.

export const accountUpdateInput = updateInput(contactInputs);

/** The arguments of `updateAccount`. They have no id, because the viewer has one account at most. */
type AccountUpdateArgs = Omit<UpdateArgs<typeof accountUpdateInput>, 'id'>;

/** Changes the given fields; throws UserErrors for a bad input, no account, or an old version. */
export async function updateAccount(
  ctx: ViewerContext,
  { input, expectedVersion }: AccountUpdateArgs,
): Promise<Written<Customer>> {
  const data = parseInput(accountUpdateInput, input);
  return ctx.transact(async (tx) =>
    tx.update(customerEntity, await accountToChange(tx, ctx, expectedVersion), data),
  );
}

/** Unlike `rowToChange`, its refusal has no path: no argument names the account. */
async function accountToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  expectedVersion: number | null | undefined,
): Promise<Customer> {
  if (!viewer.customerId) throw notFound('Account');
  await tx.lock(customerEntity, viewer.customerId);
  const account = await tx.db.customer.findFirst({ where: toPrismaWhere(accountsVisibleTo(viewer)) });
  if (!account) throw notFound('Account');
  requireNotErased(account);
  requireVersion({ version: versionOfView(account, accountViewFor(viewer)) }, expectedVersion, account);
  return account;
}
