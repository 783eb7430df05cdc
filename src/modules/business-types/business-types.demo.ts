import type { Transaction } from '../../core/rows/transact.ts';
import { businessTypeEntity } from './business-types.changes.ts';

/** The business types of the demo tenants, by their keys. */
export const BUSINESS_TYPES = {
  'co-working': 'Co-working',
  'commercial-leasing': 'Commercial leasing',
  'holiday-rentals': 'Holiday rentals',
  'housing-association': 'Housing association',
  marinas: 'Marinas',
  'property-management': 'Property management',
  'residential-lettings': 'Residential lettings',
  'retail-leasing': 'Retail leasing',
  'self-storage': 'Self storage',
  'senior-living': 'Senior living',
  'student-housing': 'Student housing',
} as const;

/** Finds the business type of a demo tenant, and creates it if it is not there. Returns its id. */
export async function demoBusinessType(tx: Transaction, key: keyof typeof BUSINESS_TYPES): Promise<string> {
  const data = { key, name: BUSINESS_TYPES[key] };
  const [created] = await tx.db.businessType.createManyAndReturn({ data, skipDuplicates: true });
  if (created) return tx.created(businessTypeEntity, created).id;
  return (await tx.db.businessType.findUniqueOrThrow({ where: { key } })).id;
}
