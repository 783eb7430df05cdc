import type { DemoTenant } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import type { ORGANIZATIONS } from '../organizations/organizations.demo.ts';
import { tenantEntity } from './tenants.changes.ts';

/** The facts of a demo tenant before its row exists. */
export interface TenantFacts
  extends Pick<Tenant, 'slug' | 'name' | 'businessType'>,
    Partial<Pick<Tenant, 'statusPageSlug'>>,
    Pick<DemoTenant, 'size' | 'currency'> {}

const small = (slug: string, name: string, businessType: string, currency = 'EUR'): TenantFacts => ({
  slug,
  name,
  businessType,
  currency,
  size: 'SMALL',
});

/** The demo tenants, by the slugs of their organizations. */
export const TENANTS: Readonly<Record<(typeof ORGANIZATIONS)[number]['slug'], readonly TenantFacts[]>> = {
  northwind: [
    {
      slug: 'acme',
      statusPageSlug: 'acme',
      name: 'Acme Property Management',
      businessType: 'Property management',
      currency: 'USD',
      size: 'LARGE',
    },
    small('harbor-view', 'Harbor View Apartments', 'Residential lettings', 'USD'),
    small('bluebird', 'Bluebird Student Housing', 'Student housing', 'GBP'),
    small('summit', 'Summit Office Parks', 'Commercial leasing', 'USD'),
    small('riverside', 'Riverside Housing Association', 'Housing association'),
    small('lakeside', 'Lakeside Holiday Lets', 'Holiday rentals'),
    small('old-mill', 'Old Mill Studios', 'Co-working', 'GBP'),
    small('evergreen', 'Evergreen Senior Living', 'Senior living', 'USD'),
    small('keystone', 'Keystone Self Storage', 'Self storage', 'USD'),
    small('sunrise', 'Sunrise Family Homes', 'Residential lettings'),
    small('granite', 'Granite Logistics Parks', 'Commercial leasing'),
    small('meadow', 'Meadow Lane Cottages', 'Holiday rentals', 'GBP'),
    small('beacon', 'Beacon Community Housing', 'Housing association'),
    small('market-hall', 'Market Hall Retail Spaces', 'Retail leasing'),
    small('campus-one', 'Campus One', 'Student housing'),
    small('orchard', 'Orchard Retirement Villages', 'Senior living', 'GBP'),
  ],
  'globex-holding': [
    {
      slug: 'globex',
      name: 'Globex Real Estate',
      businessType: 'Property management',
      currency: 'EUR',
      size: 'MEDIUM',
    },
    small('cobalt', 'Cobalt Towers', 'Commercial leasing', 'USD'),
    small('tidewater', 'Tidewater Marinas', 'Marinas'),
    small('hillcrest', 'Hillcrest Lettings', 'Residential lettings', 'GBP'),
    small('prairie', 'Prairie Mobile Homes', 'Residential lettings', 'USD'),
    small('cloister', 'Cloister Student Rooms', 'Student housing'),
    small('ironbridge', 'Ironbridge Warehousing', 'Commercial leasing', 'GBP'),
    small('vista', 'Vista Serviced Apartments', 'Holiday rentals'),
    small('common-ground', 'Common Ground Cooperative', 'Housing association'),
    small('palisade', 'Palisade Retail Centers', 'Retail leasing', 'USD'),
  ],
};

/** Creates the row of a demo tenant; null if it is there. */
export async function createTenant(
  tx: Transaction,
  { slug, name, businessType, statusPageSlug = null }: TenantFacts,
  organizationId: string,
): Promise<Tenant | null> {
  const data = { organizationId, slug, name, businessType, statusPageSlug };
  const [tenant] = await tx.db.tenant.createManyAndReturn({ data, skipDuplicates: true });
  if (!tenant) return null;
  await tx.db.feedHead.create({ data: { feed: tenant.id } });
  return tx.created(tenantEntity, tenant);
}
