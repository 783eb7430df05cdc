import { builder } from './builder.ts';

/** Shown by two types of two rooms: the staff's Customer and its members' Account. */
export const CustomerStatus = builder.enumType('CustomerStatus', {
  description: 'Account status of a customer.',
  values: {
    TRIAL: { description: 'Trying the product.' },
    ACTIVE: { description: 'Paying, in good standing.' },
    PAST_DUE: { description: 'A payment is late.' },
    SUSPENDED: { description: 'Cut off until something is settled.' },
    CANCELLED: { description: 'No longer a client.' },
  } as const,
});
