import type { ViewerContext } from '../../core/context.ts';
import type { RowArgs } from '../../core/requests/command-args.ts';
import { limitReached } from '../../core/requests/errors.ts';
import { sentences } from '../../core/requests/fault.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import { createCommandOfTenant, updateCommand } from '../../db/input-commands.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import { rowToDelete } from '../../db/row-to-change.ts';
import type { FileAccessPolicy } from '../../generated/prisma/client.ts';
import { attributesUsableIn } from '../attributes/attributes.access.ts';
import { attributeEntity } from '../attributes/attributes.changes.ts';
import { readCondition } from './conditions/condition.ts';
import { fileAccessPolicies } from './file-access-policies.access.ts';
import { fileAccessPolicyEntity } from './file-access-policies.changes.ts';
import { nameAfter, policyCreateInput, policyUpdateInput, requireEvaluable } from './policy-input.ts';

// Invariants of this room: a condition parses, is boolean, and stays within the limit of its cost; `attributeNames` and
// `conditionCost` are derived from the condition; the number of a tenant's policies, and the total cost and length of
// the enabled ones, stay within what one decision can evaluate.

/** The largest number of policies of a tenant. */
const MAX_POLICIES = 500;
/** The largest total cost of a tenant's enabled policies: a decision takes it for a path that all patterns match. */
const MAX_COST_OF_ALL = 100_000;
/** The largest total length of their conditions: parsing takes time, and the cache of conditions serves several tenants. */
const MAX_LENGTH_OF_ALL = 100_000;

/**
 * Creates a policy; throws UserErrors for a bad input, or a tenant that has too many.
 */
export const createFileAccessPolicy = createCommandOfTenant(
  fileAccessPolicyEntity,
  policyCreateInput,
  async (tx, given) => {
    requireEvaluable(given.condition);
    const { name = nameAfter(given.filePattern), isEnabled = true } = given;
    const data = { ...given, name, isEnabled, ...derivedFrom(given.condition) };
    await keepAttributes(tx, data.tenantId, data.attributeNames);
    await requireRoom(tx, data);
    return tx.db.fileAccessPolicy.create({ data });
  },
);

/** Changes the given fields; throws UserErrors for a bad input, no such policy, or an old version. */
export const updateFileAccessPolicy = updateCommand(
  fileAccessPolicies,
  policyUpdateInput,
  async (tx, given, before) => {
    if (given.condition !== undefined) requireEvaluable(given.condition, before.condition);
    const data = { ...given, ...(given.condition !== undefined && derivedFrom(given.condition)) };
    await keepAttributes(tx, before.tenantId, data.attributeNames ?? before.attributeNames);
    const { tenantId } = before;
    const {
      condition = before.condition,
      conditionCost = before.conditionCost,
      isEnabled = before.isEnabled,
    } = data;
    await requireRoom(tx, { tenantId, condition, conditionCost, isEnabled }, before);
    return data;
  },
);

/** Deletes a policy as part of a larger transaction; throws UserErrors for no such policy or an old version. */
export async function removeFileAccessPolicy(
  tx: Transaction,
  by: Pick<ViewerContext, 'viewer'>,
  args: RowArgs,
): Promise<FileAccessPolicy> {
  return tx.delete(fileAccessPolicyEntity, await rowToDelete(tx, by, fileAccessPolicies, args));
}

function derivedFrom(condition: string): Pick<FileAccessPolicy, 'attributeNames' | 'conditionCost'> {
  const { attributeNames, cost } = readCondition(condition);
  return { attributeNames: [...attributeNames], conditionCost: cost };
}

/** Locks the attributes that a policy names: a removal of one waits, and then counts this policy among those that name it. */
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

/** The total cost and length of the conditions of enabled policies. */
interface Weight {
  readonly cost: number;
  readonly length: number;
}

function weightOf({ isEnabled, condition, conditionCost }: Weighed): Weight {
  return isEnabled ? { cost: conditionCost, length: condition.length } : { cost: 0, length: 0 };
}

const POLICIES = sentences('LIMIT_REACHED', {
  TOO_MANY_POLICIES: 'A tenant has {max} file-access policies at most: delete some first.',
  POLICIES_TOO_COSTLY:
    'The conditions of all enabled policies may take {max} steps together; with this one it is {count}.',
  POLICIES_TOO_LONG:
    'The conditions of all enabled policies may have {max} characters together; with this one it is {count}.',
});

/** Refuses a policy that exceeds a limit of the tenant. A change that makes `before` no heavier is always allowed. */
async function requireRoom(tx: Transaction, policy: Weighed, before?: FileAccessPolicy): Promise<void> {
  const own = weightOf(policy);
  if (before && own.cost <= weightOf(before).cost && own.length <= weightOf(before).length) return;
  const { tenantId } = policy;
  // The lock is held until the transaction ends: otherwise two concurrent writers could both count one free place.
  await tx.db
    .$executeRaw`SELECT pg_advisory_xact_lock(hashtext('file-access policies'), hashtext(${tenantId}))`;
  const count = await tx.db.fileAccessPolicy.count({ where: { tenantId } });
  if (!before && count >= MAX_POLICIES) {
    throw limitReached(POLICIES.TOO_MANY_POLICIES({ max: MAX_POLICIES }), 'input');
  }
  const others = await weightOfOthers(tx, tenantId, before);
  const cost = others.cost + own.cost;
  if (cost > MAX_COST_OF_ALL) {
    throw limitReached(POLICIES.POLICIES_TOO_COSTLY({ max: MAX_COST_OF_ALL, count: cost }), 'input');
  }
  const length = others.length + own.length;
  if (length > MAX_LENGTH_OF_ALL) {
    throw limitReached(POLICIES.POLICIES_TOO_LONG({ max: MAX_LENGTH_OF_ALL, count: length }), 'input');
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
