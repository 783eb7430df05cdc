/** An organization of the demo data, with its tenants. */
export interface DemoOrganization {
  readonly name: string;
  readonly slug: string;
  readonly tenants: readonly DemoTenant[];
}

/** A tenant of the demo data. It has at least two customers: each has members among the demo accounts. */
export interface DemoTenant {
  readonly slug: string;
  readonly name: string;
  readonly businessType: string;
  readonly currency: string;
  readonly plans: number;
  readonly customers: number;
  /** How many of the customers have properties, from the first on. */
  readonly landlords: number;
}

const small = (slug: string, name: string, businessType: string, currency = 'EUR'): DemoTenant => ({
  slug,
  name,
  businessType,
  currency,
  plans: 1,
  customers: 2,
  landlords: 2,
});

export const ORGANIZATIONS: readonly DemoOrganization[] = [
  {
    name: 'Northwind Group',
    slug: 'northwind',
    tenants: [
      {
        slug: 'acme',
        name: 'Acme Property Management',
        businessType: 'Property management',
        currency: 'USD',
        plans: 3,
        customers: 60,
        landlords: 15,
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
  },
  {
    name: 'Globex Holding',
    slug: 'globex-holding',
    tenants: [
      {
        slug: 'globex',
        name: 'Globex Real Estate',
        businessType: 'Property management',
        currency: 'EUR',
        plans: 3,
        customers: 25,
        landlords: 8,
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
  },
];
