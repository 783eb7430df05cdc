import type { DemoData } from '../../core/rows/demo-data.ts';
import { consentPurposeEntity } from './consent-purposes.changes.ts';

const PURPOSES = [
  {
    key: 'personalization',
    title: 'Personalization',
    description: 'Offers that fit the properties and the plan of the customer.',
    validityDays: 365,
  },
  {
    key: 'newsletter',
    title: 'Newsletter',
    description: 'News by e-mail, once a month.',
    requiresDoubleOptIn: true,
  },
  {
    key: 'analytics',
    title: 'Analytics',
    description: 'Statistics of how the product is used.',
    validityDays: 180,
  },
  { key: 'partner-offers', title: 'Offers of partners', description: 'Contact data passed on to partners.' },
] as const;

/** The purposes of each tenant. */
export const demo: DemoData = {
  async tenant(tx, { tenant }) {
    const data = PURPOSES.map((purpose) => ({ ...purpose, tenantId: tenant.id }));
    const purposes = await tx.db.consentPurpose.createManyAndReturn({ data });
    for (const purpose of purposes) tx.created(consentPurposeEntity, purpose);
  },
};
