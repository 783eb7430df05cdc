import type { ViewerContext } from '../../core/context.ts';
import { inUse, invalidState, limitReached, type UserErrors } from '../../core/errors.ts';
import type { Transaction, Written } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import { matches } from '../../core/where.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attribute, FileAccessPolicy } from '../../generated/prisma/client.ts';
import { fileAccessPoliciesVisibleTo } from '../file-access-policies/file-access-policies.access.ts';
import { usersVisibleTo } from '../users/users.access.ts';
import { type Holder, holdersOf, strip } from './attribute-holders.ts';
import { attributeEntity } from './attributes.changes.ts';
import { attributeToChange } from './attributes.commands.ts';

/** The users that one removal strips: each is a change, and those of one feed are one transaction. */
const MAX_STRIPPED = 1_000;
/** As many policies as one tenant can have; those of the platform's attributes may be of more tenants than fit. */
const MAX_LISTED = 500;
/** How many names an answer gives of those who are in the way. */
const MAX_NAMED = 10;

/** An attribute that is gone, and what that did. */
export type RemovedAttribute = Attribute & {
  /** The enabled policies that named it, the first ones. */
  readonly brokenPolicies: readonly FileAccessPolicy[];
  readonly strippedFromCount: number;
};

/** How an attribute is to be removed. */
export interface Removal {
  /** Whether to take it from those who hold it and to leave policies broken, instead of refusing. */
  readonly force: boolean;
  readonly expectedVersion?: number | null;
}

/**
 * Removes an attribute; throws UserErrors for no such one, a version that has passed, too many holders, and unless it
 * is forced for one that users hold or that enabled policies name.
 *
 * One of a tenant goes in one transaction. One of the platform is taken from the people of each tenant in a transaction
 * of its own, as a write belongs to one feed, and removed in a last one. Cut short, it is there still, held by fewer,
 * and a repeated removal goes on.
 */
export async function removeAttribute(
  ctx: ViewerContext,
  id: string,
  removal: Removal,
): Promise<Written<RemovedAttribute>> {
  const strippedBefore = removal.force ? await stripFromTenants(ctx, id, removal) : 0;
  return ctx.transact(async (tx) => {
    await tx.lockToDelete(attributeEntity, id);
    const attribute = await attributeToChange(tx, ctx.viewer, id, removal.expectedVersion);
    const brokenPolicies = await policiesNaming(tx, attribute);
    const holders = await holdersOf(tx.db, attribute, MAX_STRIPPED + 1);
    if (!removal.force) await requireUnused(tx, ctx.viewer, { attribute, holders, brokenPolicies });
    requireFew(holders);
    if (attribute.scope === 'PLATFORM' && holders.length > 0) throw heldAgain();
    const stripped = await strip(tx, idsOf(holders), attribute.name);
    await tx.db.attribute.delete({ where: { id } });
    tx.deleted(attributeEntity, attribute);
    return {
      ...attribute,
      brokenPolicies: brokenPolicies.slice(0, MAX_LISTED),
      strippedFromCount: strippedBefore + stripped,
    };
  });
}

/** Takes an attribute of the platform from all who hold it; does nothing for one of a tenant. */
async function stripFromTenants(
  ctx: ViewerContext,
  id: string,
  { expectedVersion }: Removal,
): Promise<number> {
  const { value } = await ctx.transact(async (tx) => {
    const attribute = await attributeToChange(tx, ctx.viewer, id, expectedVersion);
    const isOfPlatform = attribute.scope === 'PLATFORM';
    return { attribute, holders: isOfPlatform ? await holdersOf(tx.db, attribute, MAX_STRIPPED + 1) : [] };
  });
  const { attribute, holders } = value;
  requireFew(holders);
  let count = 0;
  for (const feed of new Set(holders.map((holder) => holder.feed))) {
    const ids = idsOf(holders.filter((holder) => holder.feed === feed));
    count += (await ctx.transact((tx) => strip(tx, ids, attribute.name))).value;
  }
  return count;
}

/**
 * The enabled policies for which this is the attribute that they name: of its tenant, or for one of the platform of all
 * tenants that have no other one of this name.
 */
async function policiesNaming(tx: Transaction, { tenantId, name }: Attribute): Promise<FileAccessPolicy[]> {
  const shadowing = { attributes: { some: { name } } };
  return tx.db.fileAccessPolicy.findMany({
    where: {
      isEnabled: true,
      attributeNames: { has: name },
      ...(tenantId ? { tenantId } : { NOT: { tenant: shadowing } }),
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: MAX_LISTED + 1,
  });
}

interface Use {
  readonly attribute: Attribute;
  readonly holders: readonly Holder[];
  readonly brokenPolicies: readonly FileAccessPolicy[];
}

/** Refuses to remove what is in use: counts all, and names those whom the viewer may see. */
async function requireUnused(tx: Transaction, viewer: Viewer, use: Use): Promise<void> {
  const { attribute, holders, brokenPolicies } = use;
  if (holders.length === 0 && brokenPolicies.length === 0) return;
  const users = await tx.db.user.findMany({
    where: { AND: [{ id: { in: idsOf(holders) } }, toPrismaWhere(usersVisibleTo(viewer))] },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    take: MAX_NAMED,
  });
  const policies = brokenPolicies.filter((policy) => matches(fileAccessPoliciesVisibleTo(viewer), policy));
  throw inUse(
    `The attribute ${attribute.name} is in use. Users who hold it: ${counted(holders, MAX_STRIPPED)}${listed(users)}. Enabled file-access policies that name it: ${counted(brokenPolicies, MAX_LISTED)}${listed(policies)}. With force it is taken from the users, and the policies fail.`,
  );
}

function counted({ length }: readonly unknown[], max: number): string {
  return length > max ? `more than ${max}` : String(length);
}

function listed(some: readonly { readonly name: string }[]): string {
  const names = some.slice(0, MAX_NAMED).map(({ name }) => name);
  return names.length > 0 ? ` (e.g. ${names.join(', ')})` : '';
}

function idsOf(holders: readonly Holder[]): string[] {
  return holders.map(({ id }) => id);
}

function requireFew(holders: readonly Holder[]): void {
  if (holders.length <= MAX_STRIPPED) return;
  const message = `More than ${MAX_STRIPPED} users hold the attribute: take it from them with usersAttributesUpdate first.`;
  throw limitReached(message, 'id');
}

function heldAgain(): UserErrors {
  return invalidState(
    'Users were given the attribute while it was taken from others: remove it again.',
    'id',
  );
}
