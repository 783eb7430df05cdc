import type { ViewerContext } from '../../core/context.ts';
import { limitReached, notFound, requireVersion } from '../../core/errors.ts';
import { parseInput } from '../../core/input.ts';
import { noSuchTenant, tenantInScope } from '../../core/scope.ts';
import { idempotent, type Transaction, type Written } from '../../core/transact.ts';
import type { Viewer } from '../../core/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import { attributesUsableIn } from '../attributes/attributes.access.ts';
import { attributeEntity } from '../attributes/attributes.changes.ts';
import { tenantEntity } from '../tenants/tenants.changes.ts';
import { readCondition } from './conditions/condition.ts';
import { fileAccessPoliciesVisibleTo } from './file-access-policies.access.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';
import { createInput, updateInput } from './policy-input.ts';

// Invariants of this room: a condition parses, is true or false, and costs no more than one may; `attributeNames` and
// `conditionCost` are those of the condition; a tenant has no more policies, and its enabled ones together cost no
// more and are no longer, than a decision can ask.

/** The policies of a tenant. */
const MAX_POLICIES = 500;
/** The steps of all enabled policies of a tenant together, so of a decision about a path that all patterns match. */
const MAX_COST_OF_ALL = 100_000;
/** Their characters: parsing takes time, too, and what several tenants have must fit into what is kept parsed. */
const MAX_LENGTH_OF_ALL = 100_000;

/**
 * Creates a policy; throws UserErrors for a bad input, a tenant that has too many, or a key used for something else.
 */
export async function createFileAccessPolicy(
  ctx: ViewerContext,
  input: unknown,
  idempotencyKey?: string | null,
): Promise<Written<FileAccessPolicy>> {
  const { tenantId: named, ...given } = parseInput(createInput, input);
  const tenantId = tenantInScope(ctx.viewer, named);
  const data = { ...given, ...derivedFrom(given.condition), tenantId };
  return ctx.transact(
    async (tx) => {
      if (!(await tx.lockAgainstDelete(tenantEntity, tenantId))) throw noSuchTenant();
      await keepAttributes(tx, tenantId, data.attributeNames);
      await requireRoom(tx, data);
      const policy = await tx.db.fileAccessPolicy.create({ data });
      tx.created(fileAccessPolicyEntity, policy);
      return policy;
    },
    idempotent(idempotencyKey, 'fileAccessPolicyCreate', tenantId, given),
  );
}

/** Changes the given fields; throws UserErrors for a bad input, no such policy, or a version that has passed. */
export async function updateFileAccessPolicy(
  ctx: ViewerContext,
  id: string,
  input: unknown,
  expectedVersion?: number | null,
): Promise<Written<FileAccessPolicy>> {
  const given = parseInput(updateInput, input);
  const data = { ...given, ...(given.condition !== undefined && derivedFrom(given.condition)) };
  return ctx.transact(async (tx) => {
    const before = await policyToChange(tx, ctx.viewer, id, expectedVersion);
    await keepAttributes(tx, before.tenantId, data.attributeNames ?? before.attributeNames);
    await requireRoom(tx, { ...before, ...data }, before);
    return tx.update(fileAccessPolicyEntity, before, data, (change) =>
      tx.db.fileAccessPolicy.update({ where: { id }, data: change }),
    );
  });
}

/** Deletes a policy; throws UserErrors for no such policy or a version that has passed. */
export async function deleteFileAccessPolicy(
  ctx: ViewerContext,
  id: string,
  expectedVersion?: number | null,
): Promise<Written<FileAccessPolicy>> {
  return ctx.transact((tx) => removeFileAccessPolicy(tx, ctx.viewer, id, expectedVersion));
}

/** Deletes a policy as part of a larger transaction; throws UserErrors like `deleteFileAccessPolicy`. */
export async function removeFileAccessPolicy(
  tx: Transaction,
  viewer: Viewer,
  id: string,
  expectedVersion?: number | null,
): Promise<FileAccessPolicy> {
  const policy = await policyToChange(tx, viewer, id, expectedVersion);
  await tx.db.fileAccessPolicy.delete({ where: { id } });
  tx.deleted(fileAccessPolicyEntity, policy);
  return policy;
}

function derivedFrom(condition: string): Pick<FileAccessPolicy, 'attributeNames' | 'conditionCost'> {
  const { attributeNames, cost } = readCondition(condition);
  return { attributeNames: [...attributeNames], conditionCost: cost };
}

async function policyToChange(
  tx: Transaction,
  viewer: Viewer,
  id: string,
  expectedVersion: number | null | undefined,
): Promise<FileAccessPolicy> {
  await tx.lock(fileAccessPolicyEntity, id);
  const visible = toPrismaWhere(fileAccessPoliciesVisibleTo(viewer));
  const policy = await tx.db.fileAccessPolicy.findFirst({ where: { AND: [{ id }, visible] } });
  if (!policy) throw notFound('file-access policy', 'id');
  requireVersion(policy, expectedVersion);
  return policy;
}

/** Whoever removes an attribute counts the policies that name it: none may come between the count and the removal. */
async function keepAttributes(tx: Transaction, tenantId: string, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const usable = toPrismaWhere({ AND: [attributesUsableIn(tenantId), { name: { in: [...names] } }] });
  const found = await tx.db.attribute.findMany({
    where: usable,
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  for (const { id } of found) await tx.lockAgainstDelete(attributeEntity, id);
}

type Weighed = Pick<FileAccessPolicy, 'tenantId' | 'condition' | 'conditionCost' | 'isEnabled'>;

/** What asking the conditions of policies takes. */
interface Weight {
  readonly cost: number;
  readonly length: number;
}

function weightOf({ isEnabled, condition, conditionCost }: Weighed): Weight {
  return isEnabled ? { cost: conditionCost, length: condition.length } : { cost: 0, length: 0 };
}

/** Refuses what a tenant has no room for. What becomes no heavier than `before` is let through without a look. */
async function requireRoom(tx: Transaction, policy: Weighed, before?: FileAccessPolicy): Promise<void> {
  const own = weightOf(policy);
  if (before && own.cost <= weightOf(before).cost && own.length <= weightOf(before).length) return;
  const { tenantId } = policy;
  // Until the transaction ends: of two writers that count at once, both might find room for one.
  await tx.db
    .$executeRaw`SELECT pg_advisory_xact_lock(hashtext('file-access policies'), hashtext(${tenantId}))`;
  const count = await tx.db.fileAccessPolicy.count({ where: { tenantId } });
  if (!before && count >= MAX_POLICIES) {
    throw limitReached(
      `A tenant has ${MAX_POLICIES} file-access policies at most: delete some first.`,
      'input',
    );
  }
  const others = await weightOfOthers(tx, tenantId, before);
  const cost = others.cost + own.cost;
  if (cost > MAX_COST_OF_ALL) {
    throw limitReached(
      `The conditions of all enabled policies may take ${MAX_COST_OF_ALL} steps together; with this one it is ${cost}.`,
      'input',
    );
  }
  const length = others.length + own.length;
  if (length > MAX_LENGTH_OF_ALL) {
    throw limitReached(
      `The conditions of all enabled policies may have ${MAX_LENGTH_OF_ALL} characters together; with this one it is ${length}.`,
      'input',
    );
  }
}

async function weightOfOthers(
  tx: Transaction,
  tenantId: string,
  before: FileAccessPolicy | undefined,
): Promise<Weight> {
  const enabled = await tx.db.fileAccessPolicy.findMany({
    where: { tenantId, isEnabled: true, ...(before && { NOT: { id: before.id } }) },
    select: { tenantId: true, condition: true, conditionCost: true, isEnabled: true },
  });
  const weights = enabled.map(weightOf);
  return {
    cost: weights.reduce((sum, { cost }) => sum + cost, 0),
    length: weights.reduce((sum, { length }) => sum + length, 0),
  };
}
