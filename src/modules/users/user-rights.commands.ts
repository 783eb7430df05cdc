import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { invalidState } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { isCustomerRole } from '../../core/rights/viewer.ts';
import type { Written } from '../../core/rows/transact.ts';
import type { Role, User, UserStatus } from '../../generated/prisma/client.ts';
import { type AttributesChange, changeAttributes, parseAttributesChange } from './attributes-change.ts';
import { requireGrantableRole } from './grantable-role.requests.ts';
import { requireAnotherAdministrator } from './last-administrator.requests.ts';
import { requirePlace } from './user-place.ts';
import { refuseSelf, requireNoWeakening, userToChange, writeUser } from './user-to-change.ts';

const FACTOR = sentences('INVALID_STATE', {
  NO_FACTOR_TO_RESET: 'The user has no second factor.',
});

/** A user's new role, and the customer to which the user then belongs, if the role is one of a customer's users. */
export interface RoleArgs extends RowArgs {
  readonly role: Role;
  readonly customerId?: string | null;
}

/**
 * Gives a user another role of the same level. A user whose new role is not one of a customer's users leaves the
 * customer. Throws UserErrors for no such user or customer, a role that does not fit or that the viewer may not give, or
 * an old version.
 */
export async function setUserRole(
  ctx: ViewerContext,
  { role, customerId: named, ...args }: RoleArgs,
): Promise<Written<User>> {
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, args);
    refuseSelf(ctx.viewer, args.id, 'OWN_ROLE');
    await requireGrantableRole(tx, ctx.viewer, { ...before, role }, 'role');
    await requireAnotherAdministrator(tx, ctx, before, { ...before, role }, 'role');
    const customerId = named ?? (isCustomerRole(role) ? before.customerId : null);
    await requirePlace(tx, { ...before, role, customerId }, (column) =>
      column === 'customerId' ? ['customerId'] : ['role'],
    );
    return writeUser(tx, before, { role, customerId });
  });
}

/** A user's new status. */
export interface StatusArgs extends RowArgs {
  readonly status: UserStatus;
}

/** Sets a user's status; LOCKED also signs the user out. Throws UserErrors for no such user, oneself, or an old version. */
export async function setUserStatus(
  ctx: ViewerContext,
  { status, ...args }: StatusArgs,
): Promise<Written<User>> {
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, args);
    refuseSelf(ctx.viewer, args.id, 'OWN_STATUS');
    await requireAnotherAdministrator(tx, ctx, before, { ...before, status }, 'status');
    return writeUser(tx, before, { status });
  });
}

/**
 * Removes the second factor of a user who has lost it, and signs the user out. Throws UserErrors for no such user, oneself, a
 * user who may do more than the viewer, one without a second factor, or an old version.
 */
export async function resetSecondFactor(ctx: ViewerContext, args: RowArgs): Promise<Written<User>> {
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, args);
    refuseSelf(ctx.viewer, args.id, 'OWN_FACTOR');
    await requireNoWeakening(tx, ctx.viewer, before);
    if (!before.hasSecondFactor) throw invalidState(FACTOR.NO_FACTOR_TO_RESET(), 'id');
    // A reaction of the sessions removes the secret, in this transaction.
    return writeUser(tx, before, { hasSecondFactor: false, secondFactorResetAt: ctx.clock.now() });
  });
}

/** Removes and adds attributes of a user; throws UserErrors for a bad attribute, too many, or no such user. */
export async function setUserAttributes(
  ctx: ViewerContext,
  { add, remove, ...args }: AttributesChange & RowArgs,
): Promise<Written<User>> {
  const change = parseAttributesChange({ add, remove });
  return ctx.transact((tx) => changeAttributes(tx, ctx, args, change));
}
