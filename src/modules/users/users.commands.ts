import { obeyedSettingsOf } from '../../configuration/layers/obeyed-settings.ts';
import { requirePassword } from '../../configuration/layers/password-rules.ts';
import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { invalidInput } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { parseInput } from '../../core/requests/input.ts';
import { tenantToWriteIn } from '../../core/rights/scope.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import type { User } from '../../generated/prisma/client.ts';
import { givingAddress } from './address-elsewhere.ts';
import { keepPool, requireFitting } from './attribute-pool.ts';
import { requireGrantableRole, requireRole } from './grantable-role.requests.ts';
import { requireAnotherAdministrator } from './last-administrator.requests.ts';
import { userCreateInput, userUpdateInput } from './user-input.ts';
import { type Place, requireFittingPlace, requirePlace } from './user-place.ts';
import {
  refuseSelf,
  removeUser,
  requireGrantable,
  requireNoTakeover,
  userToChange,
  writeUser,
} from './user-to-change.ts';
import { userEntity } from './users.changes.ts';

const ACCOUNT = sentences('INVALID_INPUT', {
  NO_PERSON: 'A service account never signs in: leave the password out.',
});

// Invariants of this room: users of the platform belong to no tenant and no organization, an ORGANIZATION_ADMIN to an
// organization alone, all others to a tenant; OWNER, MANAGER and RESIDENT belong to a customer of the same tenant, and no
// other user does. An attribute that a pool knows has one value, of its type. A viewer gives no role and no permission
// beyond its own. What alters a user's rights moves `rightsVersion`. A service account has no password, and is no administrator
// who could sign in.

/** Creates a user; throws UserErrors for a bad input, a taken address, or rights that the viewer may not give. */
export async function createUser(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof userCreateInput>,
): Promise<Written<User>> {
  const { password, tenantId, organizationId, ...data } = parseInput(userCreateInput, input);
  const { role, attributes = [], permissions = [] } = data;
  if (data.isServiceAccount && password) throw invalidInput(ACCOUNT.NO_PERSON(), ...inInput('password'));
  requireFittingPlace({ ...data, organizationId, tenantId: tenantId ?? undefined }, inInput);
  requireRole(ctx.viewer, role, 'input', 'role');
  requireGrantable(ctx.viewer, permissions);
  const level = levelOf(ctx.viewer, { role, tenantId, organizationId });
  const user = { ...data, ...level, attributes, permissions };
  const credential = password
    ? { create: { passwordHash: await ctx.authentication.passwords.hash(password, ctx.ip) } }
    : undefined;
  const create = async (tx: Transaction) => {
    await requirePlace(tx, user, inInput);
    await requireGrantableRole(tx, ctx.viewer, user, 'input', 'role');
    if (password) {
      const { signIn } = await obeyedSettingsOf(tx.db, user.tenantId);
      requirePassword(signIn, password, inInput('password'));
    }
    const pool = await keepPool(tx, user.tenantId, attributes);
    requireFitting(pool, { added: attributes, all: attributes }, ...inInput('attributes'));
    return tx.created(userEntity, await tx.db.user.create({ data: { ...user, credential } }));
  };
  return givingAddress(ctx, user.email, () => ctx.transact(create));
}

/** Changes the given fields; throws UserErrors for a bad input, no such user, or a change beyond the viewer's rights. */
export async function updateUser(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof userUpdateInput>,
): Promise<Written<User>> {
  const data = parseInput(userUpdateInput, input);
  const update = async (tx: Transaction) => {
    const before = await userToChange(tx, ctx, args);
    if (data.isActive !== undefined && data.isActive !== before.isActive) {
      refuseSelf(ctx.viewer, args.id, 'OWN_ACTIVATION');
      const after = { ...before, isActive: data.isActive };
      await requireAnotherAdministrator(tx, ctx, before, after, 'input', 'isActive');
    }
    requireGrantable(ctx.viewer, data.permissions ?? [], before.permissions);
    await requireNoTakeover(tx, ctx.viewer, before, data.email);
    if (data.customerId !== undefined) {
      await requirePlace(tx, { ...before, customerId: data.customerId }, inInput);
    }
    return writeUser(tx, before, data);
  };
  return givingAddress(ctx, data.email, () => ctx.transact(update));
}

/** Deletes a user, which signs the user out; throws UserErrors for no such user or an old version. */
export async function deleteUser(ctx: ViewerContext, args: RowArgs): Promise<Written<User>> {
  return ctx.transact((tx) => removeUser(tx, ctx, args));
}

/** Decides which tenant or organization a new user of a role belongs to. */
function levelOf(
  viewer: Viewer,
  { role, tenantId, organizationId }: Place,
): Pick<User, 'tenantId' | 'organizationId'> {
  if (isPlatformRole(role)) return { tenantId: null, organizationId: null };
  if (organizationId) return { tenantId: null, organizationId };
  return { tenantId: tenantToWriteIn(viewer, tenantId), organizationId: null };
}

function inInput(column: string): string[] {
  return ['input', column];
}
