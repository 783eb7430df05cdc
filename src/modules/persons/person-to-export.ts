import { allows } from '../../core/rights/rules.ts';
import type { Viewer } from '../../core/rights/viewer.ts';
import { toPrismaWhere } from '../../db/prisma-where.ts';
import type { PrismaClient } from '../../generated/prisma/client.ts';
import { customers } from '../customers/customers.access.ts';
import { users } from '../users/users.access.ts';
import type { NamedPerson } from './named-person.ts';
import { mayExport } from './persons.access.ts';

/** A person who can be exported, and the feeds that can have entries about it. */
export interface ExportedPerson extends NamedPerson {
  readonly tenantId: string;
  readonly organizationId: string;
}

/**
 * Finds a person whom a viewer may export; null for any other. A user of an organization or of the platform is none: the
 * entries that it made are in the feeds of all tenants.
 */
export async function personToExport(
  db: PrismaClient,
  viewer: Viewer,
  { kind, id }: NamedPerson,
): Promise<ExportedPerson | null> {
  if (!allows(mayExport, viewer)) return null;
  const row =
    kind === 'customer'
      ? await db.customer.findFirst({ where: { AND: [{ id }, toPrismaWhere(customers.visibleTo(viewer))] } })
      : await db.user.findFirst({ where: { AND: [{ id }, toPrismaWhere(users.visibleTo(viewer))] } });
  if (!row?.tenantId) return null;
  const { tenantId } = row;
  const { organizationId } = await db.tenant.findFirstOrThrow({ where: { id: tenantId } });
  return { kind, id, tenantId, organizationId };
}
