import type { ViewerContext } from '../../core/context.ts';
import { parseInput } from '../../core/input.ts';
import type { Written } from '../../core/transact.ts';
import { isMemberRole } from '../../core/viewer.ts';
import type { Role, User, UserStatus } from '../../generated/prisma/client.ts';
import { keepPool, requireFitting } from './user-attributes.ts';
import { attributes } from './user-input.ts';
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

/** What to take from a user's attributes and what to add then. */
export interface AttributesChange {
  readonly add?: readonly string[] | null;
  readonly remove?: readonly string[] | null;
}

/** Removes and adds attributes of a user; throws UserErrors for a bad attribute, too many, or no such user. */
export async function setUserAttributes(
  ctx: ViewerContext,
  id: string,
  { add, remove }: AttributesChange,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  const added = parseInput(attributes, add ?? [], 'add');
  const removed = parseInput(attributes, remove ?? [], 'remove');
  return ctx.transact(async (tx) => {
    const place = await tx.db.user.findUnique({ where: { id }, select: { tenantId: true } });
    const pool = await keepPool(tx, place?.tenantId ?? null, added);
    // Only whoever may change the user is told what its tenant's pool says.
    const before = await userToChange(tx, ctx, id, expectedVersion);
    const kept = before.attributes.filter((one) => !removed.includes(one));
    const all = parseInput(attributes, [...kept, ...added], 'add');
    requireFitting(pool, { added, all }, 'add');
    return writeUser(tx, before, { attributes: all });
  });
}
