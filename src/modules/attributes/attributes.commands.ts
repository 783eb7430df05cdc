import { z } from 'zod';
import type { ViewerContext } from '../../core/context.ts';
import { alreadyExists, forbiddenChange, limitReached, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { optionalText, requiredText } from '../../core/input-text.ts';
import { noSuchTenant, tenantInScope } from '../../core/scope.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import { isPlatformRole, type Viewer } from '../../core/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { ifTaken } from '../../db/unique-violation.ts';
import { type Attribute, AttributeValueType } from '../../generated/prisma/client.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { attributesVisibleTo } from './attributes.access.ts';
import { attributeEntity } from './attributes.changes.ts';

// Invariants of this room: the names of a pool differ; name and type of an attribute never change; the platform's pool
// is changed by the platform alone; a tenant's has no more than a decision can read; an attribute that users hold or
// policies name is removed only with `force`, and then nobody holds it any more.

/** The attributes of a tenant: every decision about its people reads them. */
const MAX_ATTRIBUTES = 1_000;

/** An entry of a user has 100 characters, and a value has to fit in, too. */
const MAX_NAME_LENGTH = 50;

const ifNameIsTakenInTenant = ifTaken('attribute_tenant_id_name_key', nameTaken);
const ifNameIsTakenInPlatform = ifTaken('attribute_platform_name_key', nameTaken);

const description = optionalText('The description').nullable();

const addInput = z.object({
  tenantId: z.string().nullish(),
  name: requiredText('The name', MAX_NAME_LENGTH).refine(
    (text) => /^[\p{L}\p{N}._:-]*$/u.test(text),
    'The name has letters, digits and the signs . _ : - only.',
  ),
  valueType: z
    .enum(AttributeValueType)
    .nullish()
    .transform((type) => type ?? 'BOOLEAN'),
  description: description.optional(),
});

const updateInput = z.object({ description }).partial();

/** Adds an attribute to a pool; throws UserErrors for a bad input, a name that is taken, or a key used otherwise. */
export async function addAttribute(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<Attribute>> {
  const { tenantId: named, ...given } = parseInput(addInput, input);
  const tenantId = poolInScope(ctx.viewer, named);
  const data = { ...given, tenantId, scope: tenantId ? ('TENANT' as const) : ('PLATFORM' as const) };
  return ctx.transact(
    async (tx) => {
      if (tenantId && !(await tx.lockAgainstDelete(tenantEntity, tenantId))) throw noSuchTenant();
      await requireFreeName(tx, tenantId, given.name);
      if (tenantId) await requireRoom(tx, tenantId);
      const attribute = await tx.db.attribute
        .create({ data })
        .catch(tenantId ? ifNameIsTakenInTenant : ifNameIsTakenInPlatform);
      tx.created(attributeEntity, attribute);
      return attribute;
    },
    idempotent(idempotencyKey, 'attributeAdd', data),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such attribute, or a version that has passed. */
export async function updateAttribute(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<Attribute>> {
  const data = parseInput(updateInput, input);
  return ctx.transact(async (tx) => {
    await tx.lock(attributeEntity, id);
    const before = await attributeToChange(tx, ctx.viewer, id, expectedVersion);
    return tx.update(attributeEntity, before, data, (change) =>
      tx.db.attribute.update({ where: { id }, data: change }),
    );
  });
}

/** Reads an attribute; throws UserErrors for none in view, one of a pool that is not the viewer's, or an old version. */
export async function attributeToChange(
  tx: Transaction,
  viewer: Viewer,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<Attribute> {
  const visible = toPrismaWhere(attributesVisibleTo(viewer));
  const attribute = await tx.db.attribute.findFirst({ where: { AND: [{ id }, visible] } });
  if (!attribute) throw notFound('attribute', 'id');
  if (attribute.tenantId === null && !isPlatformRole(viewer.role)) {
    throw forbiddenChange("The platform's attributes are changed by the platform alone.", 'id');
  }
  requireVersion(attribute, expectedVersion);
  return attribute;
}

/** Decides whose pool is meant; null is the platform's, which people of the platform mean if they name no tenant. */
export function poolInScope(viewer: Viewer, tenantId: string | null | undefined): string | null {
  return !tenantId && isPlatformRole(viewer.role) ? null : tenantInScope(viewer, tenantId);
}

async function requireFreeName(tx: Transaction, tenantId: string | null, wanted: string): Promise<void> {
  const holder = await tx.db.attribute.findFirst({ where: { tenantId, name: wanted }, select: { id: true } });
  if (holder) throw nameTaken();
}

async function requireRoom(tx: Transaction, tenantId: string): Promise<void> {
  // Until the transaction ends: of two writers that count at once, both might find room for one.
  await tx.db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('attributes'), hashtext(${tenantId}))`;
  if ((await tx.db.attribute.count({ where: { tenantId } })) < MAX_ATTRIBUTES) return;
  throw limitReached(`A tenant has ${MAX_ATTRIBUTES} attributes at most: remove some first.`, 'input');
}

function nameTaken() {
  return alreadyExists('The pool has an attribute of this name already.', 'input', 'name');
}
