import type { ViewerContext } from '../../core/context.ts';
import { parseInput } from '../../core/input.ts';
import { tenantInScope } from '../../core/scope.ts';
import { idempotent, type Written } from '../../core/transact.ts';
import { isPlatformRole, type Viewer } from '../../core/viewer.ts';
import type { User } from '../../generated/prisma/client.ts';
import { keepPool, requireFitting } from './attribute-pool.ts';
import { createInput, updateInput } from './user-input.ts';
import { type Place, requirePlace } from './user-place.ts';
import {
  ifEmailIsTaken,
  refuseSelf,
  removeUser,
  requireGrantable,
  requireRole,
  userToChange,
  writeUser,
} from './user-to-change.ts';
import { userEntity } from './users.changes.ts';

// Invariants of this room: people of the platform belong to no tenant and no organization, an ORGANIZATION_ADMIN to
// an organization alone, everybody else to a tenant; OWNER, MANAGER and RESIDENT and nobody else to a customer, one of
// the same tenant. An attribute that a pool knows has one value, of its type. Nobody gives a role or a permission beyond
// their own. Whatever alters a user's rights moves `rightsVersion`.

/** Creates a user; throws UserErrors for a bad input, a taken address, or rights that the viewer may not give. */
export async function createUser(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<User>> {
  const { password, tenantId, organizationId, ...data } = parseInput(createInput, input);
  requireRole(ctx.viewer, data.role, 'input', 'role');
  requireGrantable(ctx.viewer, data.permissions);
  const user = { ...data, ...levelOf(ctx.viewer, { role: data.role, tenantId, organizationId }) };
  const credential = password
    ? { create: { passwordHash: await ctx.authentication.hashPassword(password) } }
    : undefined;
  return ctx.transact(
    async (tx) => {
      await requirePlace(tx, user, inInput);
      const pool = await keepPool(tx, user.tenantId, user.attributes);
      requireFitting(pool, { added: user.attributes, all: user.attributes }, ...inInput('attributes'));
      const created = await tx.db.user.create({ data: { ...user, credential } }).catch(ifEmailIsTaken);
      tx.created(userEntity, created);
      return created;
    },
    // Without the password: the fingerprint of a request is no place for one.
    idempotent(idempotencyKey, 'userCreate', user),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such user, or a change beyond the viewer's rights. */
export async function updateUser(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    const before = await userToChange(tx, ctx, id, expectedVersion);
    if (data.isActive !== undefined && data.isActive !== before.isActive) {
      refuseSelf(ctx.viewer, id, 'activate or deactivate yourself');
    }
    requireGrantable(ctx.viewer, data.permissions ?? [], before.permissions);
    if (data.customerId !== undefined) {
      await requirePlace(tx, { ...before, customerId: data.customerId }, inInput);
    }
    return writeUser(tx, before, data);
  });
}

/** Deletes a user, who is signed out by it; throws UserErrors for no such user or a version that has passed. */
export async function deleteUser(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<User>> {
  return ctx.transact((tx) => removeUser(tx, ctx, id, expectedVersion));
}

/** Decides which tenant or organization a new user of a role belongs to. */
function levelOf(
  viewer: Viewer,
  { role, tenantId, organizationId }: Place,
): Pick<User, 'tenantId' | 'organizationId'> {
  if (isPlatformRole(role)) return { tenantId: null, organizationId: null };
  if (organizationId) return { tenantId: null, organizationId };
  return { tenantId: tenantInScope(viewer, tenantId), organizationId: null };
}

function inInput(column: string): string[] {
  return ['input', column];
}
