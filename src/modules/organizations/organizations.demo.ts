import type { Transaction } from '../../core/rows/transact.ts';
import type { Organization } from '../../generated/prisma/client.ts';
import { openSharedFeed } from './organization-feed.ts';
import { organizationEntity } from './organizations.changes.ts';

/** The demo organizations. */
export const ORGANIZATIONS = [
  { name: 'Northwind Group', slug: 'northwind' },
  { name: 'Globex Holding', slug: 'globex-holding' },
] as const satisfies readonly Pick<Organization, 'name' | 'slug'>[];

/** Creates the row of a demo organization; null if it is there. */
export async function createOrganization(
  tx: Transaction,
  { name, slug }: (typeof ORGANIZATIONS)[number],
): Promise<Organization | null> {
  const data = { name, slug };
  const [organization] = await tx.db.organization.createManyAndReturn({ data, skipDuplicates: true });
  if (!organization) return null;
  await openSharedFeed(tx, organization);
  return tx.created(organizationEntity, organization);
}
