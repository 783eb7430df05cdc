import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs, RowArgs, UpdateArgs } from '../../core/requests/command-args.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { slug, text } from '../../core/requests/input-fields.ts';
import { idempotent, type Written } from '../../core/rows/transact.ts';
import { changeRow, createRow, deleteRow } from '../../db/row-commands.ts';
import type { Organization } from '../../generated/prisma/client.ts';
import { organizations } from './organizations.access.ts';
import { organizationEntity } from './organizations.changes.ts';

// Invariants of this room: the slugs of all organizations differ; an organization has a feed from its creation on,
// which outlives it; an organization with tenants or users cannot be deleted.

const fields = {
  name: text('The name'),
  slug: slug('Name used in URLs, unique among organizations'),
};

export const organizationCreateInput = createInput(fields);

export const organizationUpdateInput = updateInput(fields);

/**
 * Creates an organization and opens its feed; throws UserErrors for a bad input, a slug that is taken, or a key used
 * for something else.
 */
export async function createOrganization(
  ctx: ViewerContext,
  { input, idempotencyKey }: CreateArgs<typeof organizationCreateInput>,
): Promise<Written<Organization>> {
  const data = parseInput(organizationCreateInput, input);
  const idempotency = idempotent(idempotencyKey, 'organizationCreate', data);
  return createRow(ctx, organizationEntity, idempotency, async (tx) => {
    const organization = await tx.db.organization.create({ data });
    await tx.db.feedHead.create({ data: { feed: organization.id } });
    return organization;
  });
}

/**
 * Changes the given fields; throws UserErrors for a bad input, no such organization, a slug that is taken, or an old
 * version.
 */
export async function updateOrganization(
  ctx: ViewerContext,
  { input, ...args }: UpdateArgs<typeof organizationUpdateInput>,
): Promise<Written<Organization>> {
  const data = parseInput(organizationUpdateInput, input);
  return changeRow(ctx, organizations, args, () => data);
}

/** Deletes an organization; throws UserErrors for no such organization, one with tenants or users, or an old version. */
export async function deleteOrganization(ctx: ViewerContext, args: RowArgs): Promise<Written<Organization>> {
  return deleteRow(ctx, organizations, args);
}
