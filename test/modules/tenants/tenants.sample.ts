import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'Tenant',
      needs: ['Organization', 'BusinessType'],
      create: (place) => [
        'tenantCreate',
        {
          input: {
            organizationId: place.ids.Organization,
            name: place.text(),
            slug: place.text(),
            businessTypeId: place.ids.BusinessType,
          },
        },
      ],
      change: (place) => ['tenantUpdate', { input: { name: place.text() } }],
      remove: 'tenantDelete',
    },
  ],
  // Tenants of the crowd stay, and their names identify its canaries.
  randomWrites: {
    linked: [
      ({ attempt, dice, tenantId: id, spare }) =>
        attempt('tenantUpdate', {
          id,
          input: { businessTypeId: dice.chance(50) ? (spare.ids.BusinessType ?? null) : null },
        }),
    ],
  },
};
