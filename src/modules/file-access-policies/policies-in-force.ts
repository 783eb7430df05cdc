import DataLoader from 'dataloader';
import { OperationBudget } from '../../core/requests/operation-budget.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { Attribute, FileAccessPolicy, PrismaClient } from '../../generated/prisma/client.ts';
import { onceFor } from '../../lib/once-for.ts';
import { attributesByName, attributesUsableIn } from '../attributes/attributes.access.ts';

/** The policies and attributes by which decisions about the users of a tenant are made. */
export interface PoliciesInForce {
  /** The enabled policies of the tenant, the oldest first. */
  readonly policies: readonly FileAccessPolicy[];
  /** The attributes that the users of the tenant may hold, by name. */
  readonly pool: ReadonlyMap<string, Attribute>;
  readonly isSuspended: boolean;
}

/**
 * Reads the policies and attributes that are in force in a tenant. Concurrent requests of all viewers share one read, and
 * nothing is cached: every answer includes the changes that were committed before the request.
 */
export function policiesInForce(db: PrismaClient, tenantId: string): Promise<PoliciesInForce> {
  return loaderOf(db).load(tenantId);
}

const loaderOf = onceFor(
  (db: PrismaClient) =>
    new DataLoader<string, PoliciesInForce>(
      (ids) => OperationBudget.shared(() => read(db, [...new Set(ids)], ids)),
      { cache: false },
    ),
);

async function read(
  db: PrismaClient,
  tenantIds: string[],
  asked: readonly string[],
): Promise<PoliciesInForce[]> {
  const [policies, attributes, suspended] = await Promise.all([
    db.fileAccessPolicy.findMany({
      where: { tenantId: { in: tenantIds }, isEnabled: true },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    }),
    db.attribute.findMany({
      where: toPrismaWhere({ OR: tenantIds.map(attributesUsableIn) }),
    }),
    db.tenant.findMany({ where: { id: { in: tenantIds }, status: { not: 'ACTIVE' } }, select: { id: true } }),
  ]);
  const found = new Map(
    tenantIds.map((id) => [
      id,
      {
        policies: policies.filter(({ tenantId }) => tenantId === id),
        pool: attributesByName(attributes.filter(({ tenantId }) => tenantId === null || tenantId === id)),
        isSuspended: suspended.some((tenant) => tenant.id === id),
      },
    ]),
  );
  return asked.map((id) => found.get(id) as PoliciesInForce);
}
