import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'Tenant',
      needs: ['Organization'],
      create: (place) => [
        'tenantCreate',
        {
          input: {
            organizationId: place.ids.Organization,
            name: place.text(),
            slug: place.text(),
            businessType: place.text(),
          },
        },
      ],
      change: (place) => ['tenantUpdate', { input: { name: place.text(), businessType: place.text() } }],
      remove: 'tenantDelete',
    },
  ],
  // Tenants of the crowd stay, and their names identify its canaries.
  randomWrites: {
    linked: [
      ({ attempt, tenantId: id, spare }) =>
        attempt('tenantUpdate', { id, input: { businessType: spare.text() } }),
    ],
  },
};
