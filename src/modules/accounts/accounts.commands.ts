import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { emailAddress, optionalText, requiredText } from '../../core/input-text.ts';
import type { Transaction, Written } from '../../core/transact.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Customer } from '../../generated/prisma/client.ts';
import { customerEntity } from '../customers/customers.changes.ts';
import { accountsVisibleTo } from './accounts.access.ts';

// Invariants of this room: an account is its customer's row, so what changes here changes the customer, with one
// version and one place in the log; members change how they are reached, never how they stand with the tenant.

const updateInput = z
  .object({
    company: requiredText('The company'),
    owner: requiredText('The owner'),
    email: emailAddress('The e-mail address'),
    phone: optionalText('The telephone number', 50).nullable(),
  })
  .partial();

/** Changes the given fields; throws UserErrors for a bad input, no account, or a version that has passed. */
export async function updateAccount(
  ctx: ViewerContext,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Customer>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await accountToChange(tx, ctx, expectedVersion);
    return tx.update(customerEntity, before, data, (change) =>
      tx.db.customer.update({ where: { id: before.id }, data: change }),
    );
  });
}

async function accountToChange(
  tx: Transaction,
  { viewer }: ViewerContext,
  expectedVersion: number | null | undefined,
): Promise<Customer> {
  if (!viewer.customerId) throw notFound('account');
  await tx.lock(customerEntity, viewer.customerId);
  const account = await tx.db.customer.findFirst({ where: toPrismaWhere(accountsVisibleTo(viewer)) });
  if (!account) throw notFound('account');
  requireVersion(account, expectedVersion);
  return account;
}
