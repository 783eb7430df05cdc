import type { DemoTenant } from '../../core/rows/demo-data.ts';
import type { Transaction } from '../../core/rows/transact.ts';
import type { Tenant } from '../../generated/prisma/client.ts';
import { type BUSINESS_TYPES, demoBusinessType } from '../business-types/business-types.demo.ts';
import type { ORGANIZATIONS } from '../organizations/organizations.demo.ts';
import { tenantEntity } from './tenants.changes.ts';

type BusinessTypeKey = keyof typeof BUSINESS_TYPES;

/** The facts of a demo tenant before its row exists. */
export interface TenantFacts
  extends Pick<Tenant, 'slug' | 'name'>,
    Partial<Pick<Tenant, 'statusPageSlug'>>,
    Pick<DemoTenant, 'size' | 'currency'> {
  readonly businessType: BusinessTypeKey | null;
}

const small = (slug: string, name: string, businessType: BusinessTypeKey, currency = 'EUR'): TenantFacts => ({
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
      businessType: 'property-management',
      currency: 'USD',
      size: 'LARGE',
    },
    small('harbor-view', 'Harbor View Apartments', 'residential-lettings', 'USD'),
    small('bluebird', 'Bluebird Student Housing', 'student-housing', 'GBP'),
    small('summit', 'Summit Office Parks', 'commercial-leasing', 'USD'),
    small('riverside', 'Riverside Housing Association', 'housing-association'),
    small('lakeside', 'Lakeside Holiday Lets', 'holiday-rentals'),
    small('old-mill', 'Old Mill Studios', 'co-working', 'GBP'),
    small('evergreen', 'Evergreen Senior Living', 'senior-living', 'USD'),
    small('keystone', 'Keystone Self Storage', 'self-storage', 'USD'),
    small('sunrise', 'Sunrise Family Homes', 'residential-lettings'),
    small('granite', 'Granite Logistics Parks', 'commercial-leasing'),
    small('meadow', 'Meadow Lane Cottages', 'holiday-rentals', 'GBP'),
    small('beacon', 'Beacon Community Housing', 'housing-association'),
    small('market-hall', 'Market Hall Retail Spaces', 'retail-leasing'),
    small('campus-one', 'Campus One', 'student-housing'),
    small('orchard', 'Orchard Retirement Villages', 'senior-living', 'GBP'),
  ],
  'globex-holding': [
    {
      slug: 'globex',
      name: 'Globex Real Estate',
      businessType: 'property-management',
      currency: 'EUR',
      size: 'MEDIUM',
    },
    small('cobalt', 'Cobalt Towers', 'commercial-leasing', 'USD'),
    small('tidewater', 'Tidewater Marinas', 'marinas'),
    small('hillcrest', 'Hillcrest Lettings', 'residential-lettings', 'GBP'),
    small('prairie', 'Prairie Mobile Homes', 'residential-lettings', 'USD'),
    small('cloister', 'Cloister Student Rooms', 'student-housing'),
    small('ironbridge', 'Ironbridge Warehousing', 'commercial-leasing', 'GBP'),
    small('vista', 'Vista Serviced Apartments', 'holiday-rentals'),
    small('common-ground', 'Common Ground Cooperative', 'housing-association'),
    small('palisade', 'Palisade Retail Centers', 'retail-leasing', 'USD'),
  ],
};

/** Creates the row of a demo tenant; null if it is there. */
export async function createTenant(
  tx: Transaction,
  { slug, name, businessType, statusPageSlug = null }: TenantFacts,
  organizationId: string,
): Promise<Tenant | null> {
  const businessTypeId = businessType && (await demoBusinessType(tx, businessType));
  const data = { organizationId, slug, name, businessTypeId, statusPageSlug };
  const [tenant] = await tx.db.tenant.createManyAndReturn({ data, skipDuplicates: true });
  if (!tenant) return null;
  await tx.db.feedHead.create({ data: { feed: tenant.id } });
  return tx.created(tenantEntity, tenant);
}
