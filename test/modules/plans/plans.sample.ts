import type { RoomSample } from '../../support/room-sample.ts';

const PRICE = { amountMinor: 7_070_707_070_707, currency: 'EUR' };
const NAME = 'canary-plan';
const LIMITS = { maxProperties: 2_000, maxMembers: 2_000 };

export const sample: RoomSample = {
  rows: [
    {
      type: 'Plan',
      needs: ['Tenant'],
      create: (place) => [
        'planCreate',
        {
          input: {
            tenantId: place.ids.Tenant,
            name: `${NAME}-${place.text()}`,
            monthlyPrice: PRICE,
            ...LIMITS,
          },
        },
      ],
      change: (place) => ['planUpdate', { input: { name: `${NAME}-${place.text()}`, maxMembers: 1_000 } }],
      remove: 'planDelete',
    },
  ],
  guarded: [
    { text: String(PRICE.amountMinor), isSeenBy: ({ permissions }) => permissions.has('prices:read') },
    // A customer's own users see the name of their plan.
    {
      text: NAME,
      isSeenBy: ({ permissions }) => permissions.has('plans:read') || permissions.has('account:read'),
    },
  ],
};
