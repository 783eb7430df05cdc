import type { ViewerContext } from '../../core/context.ts';
import type { CreateArgs } from '../../core/requests/command-args.ts';
import { forbiddenChange, limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import { createInput, parseInput, updateInput } from '../../core/requests/input.ts';
import { refusing } from '../../core/requests/input-faults.ts';
import {
  checkedText,
  choice,
  defaulted,
  idOf,
  longText,
  optional,
} from '../../core/requests/input-fields.ts';
import { requiredText } from '../../core/requests/input-text.ts';
import { isPlatformRole, type Viewer } from '../../core/rights/viewer.ts';
import type { Transaction, Written } from '../../core/rows/transact.ts';
import { updateCommand } from '../../db/input-commands.ts';
import { requireTenant } from '../../db/require-tenant.ts';
import type { Attribute } from '../../generated/prisma/client.ts';
import { attributes, poolToWriteIn } from './attributes.access.ts';
import { attributeEntity } from './attributes.changes.ts';

// Invariants of this room: the names of a pool differ; name and type of an attribute never change; only the platform
// changes its pool; the number of a tenant's attributes stays within what one decision can read; an attribute that users
// hold or policies name is removed only with `force`, and then no user holds it any more.

/** The largest number of attributes of a tenant: every decision about its users reads all of them. */
const MAX_ATTRIBUTES = 1_000;

/** A user's entry has at most 100 characters, and a value must fit beside the name. */
const MAX_NAME_LENGTH = 50;

const PLATFORM = sentences('FORBIDDEN_CHANGE', {
  ATTRIBUTE_OF_PLATFORM: "Only users of the platform may change the platform's attributes.",
});
const NAMES = sentences('INVALID_INPUT', {
  OTHER_SIGNS: '"{field}" may have only letters, digits and the signs . _ : -',
});
const POOLS = sentences('LIMIT_REACHED', {
  TOO_MANY_ATTRIBUTES: 'A tenant has {max} attributes at most: remove some first.',
});

const nameCheck = () =>
  requiredText(MAX_NAME_LENGTH).refine(
    (text) => /^[\p{L}\p{N}._:-]*$/u.test(text),
    refusing(NAMES.OTHER_SIGNS()),
  );

const description = optional(longText('Description'));

export const attributeAddInput = createInput({
  tenantId: optional(
    idOf(
      'Tenant',
      'The tenant whose pool it goes to. Optional for users who belong to a single tenant; for users of the platform it defaults to the platform’s pool',
    ),
  ),
  name: checkedText('The name, unique in its pool: letters, digits and `.` `_` `:` `-`', nameCheck, [
    `at most ${MAX_NAME_LENGTH} characters`,
  ]),
  valueType: defaulted(choice('AttributeValueType', 'Value type'), 'BOOLEAN by default'),
  description,
});

export const attributeUpdateInput = updateInput({ description });

/** Adds an attribute to a pool; throws UserErrors for a bad input, or a name that is taken. */
export async function addAttribute(
  ctx: ViewerContext,
  { input }: CreateArgs<typeof attributeAddInput>,
): Promise<Written<Attribute>> {
  const { tenantId: named, ...given } = parseInput(attributeAddInput, input);
  const tenantId = poolToWriteIn(ctx.viewer, named);
  const data = { ...given, tenantId, scope: tenantId ? ('TENANT' as const) : ('PLATFORM' as const) };
  return ctx.transact(async (tx) => {
    if (tenantId) {
      await requireTenant(tx, tenantId);
      await requireRoom(tx, tenantId);
    }
    return tx.created(attributeEntity, await tx.db.attribute.create({ data }));
  });
}

/** Changes the given fields; throws UserErrors for a bad input, no such attribute, or an old version. */
export const updateAttribute = updateCommand(attributes, attributeUpdateInput, (_tx, data, before, ctx) => {
  requirePool(ctx.viewer, before);
  return data;
});

/** Refuses to change an attribute of the platform's pool, which users of tenants see; throws FORBIDDEN_CHANGE. */
export function requirePool({ role }: Viewer, { tenantId }: Attribute): void {
  if (tenantId !== null || isPlatformRole(role)) return;
  throw forbiddenChange(PLATFORM.ATTRIBUTE_OF_PLATFORM(), 'id');
}

async function requireRoom(tx: Transaction, tenantId: string): Promise<void> {
  // The lock is held until the transaction ends: otherwise two concurrent writers could both count one free place.
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('attributes'), hashtext(${tenantId}))`;
  if ((await tx.db.attribute.count({ where: { tenantId } })) < MAX_ATTRIBUTES) return;
  throw limitReached(POOLS.TOO_MANY_ATTRIBUTES({ max: MAX_ATTRIBUTES }), 'input');
}
