import type { ViewerContext } from '../../core/context.ts';
import type { Written } from '../../core/transact.ts';
import { isMemberRole } from '../../core/viewer.ts';
import type { Role, User, UserStatus } from '../../generated/prisma/client.ts';
import { type AttributesChange, changeAttributes, parseAttributesChange } from './attributes-change.ts';
import { requirePlace } from './user-place.ts';
import { refuseSelf, requireRole, userToChange, writeUser } from './user-to-change.ts';

/** A new role, and for members the customer whose members they become. */
export interface RoleChange {
  readonly role: Role;
  readonly customerId?: string | null;
}

/**
 * Gives a user another role of the same level. Whoever stops being a member leaves the customer. Throws UserErrors for
 * no such user or customer, a role that does not fit or that the viewer may not give, or a version that has passed.
 */
export async function setUserRole(
  ctx: ViewerContext,
  id: string,
  { role, customerId: named }: RoleChange,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, id, expectedVersion);
    refuseSelf(ctx.viewer, id, 'change your own role');
    requireRole(ctx.viewer, role, 'role');
    const customerId = named ?? (isMemberRole(role) ? before.customerId : null);
    await requirePlace(tx, { ...before, role, customerId }, (column) =>
      column === 'customerId' ? ['customerId'] : ['role'],
    );
    return writeUser(tx, before, { role, customerId });
  });
}

/** Sets a user's status; LOCKED also signs the user out. Throws UserErrors for no such user or oneself. */
export async function setUserStatus(
  ctx: ViewerContext,
  id: string,
  status: UserStatus,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, id, expectedVersion);
    refuseSelf(ctx.viewer, id, 'change your own status');
    return writeUser(tx, before, { status });
  });
}

/** Removes and adds attributes of a user; throws UserErrors for a bad attribute, too many, or no such user. */
export async function setUserAttributes(
  ctx: ViewerContext,
  id: string,
  change: AttributesChange,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  const parsed = parseAttributesChange(change);
  return ctx.transact((tx) => changeAttributes(tx, ctx, id, parsed, { expectedVersion }));
}
