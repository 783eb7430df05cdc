import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'Attribute',
      needs: ['Tenant'],
      create: (place) => [
        'attributeAdd',
        { input: { tenantId: place.ids.Tenant, name: place.text(), description: place.text() } },
      ],
      change: (place) => ['attributeUpdate', { input: { description: place.text() } }],
      remove: 'attributeRemove',
    },
  ],
  bounded: { 'AttributeRemovePayload.brokenPolicies': 'at most 500' },
  // Removing one would also take it from users, whose attributes identify the canaries of the crowd.
  randomWrites: {
    linked: [
      ({ attempt, tenantId, spare }) => attempt('attributeAdd', { input: { tenantId, name: spare.text() } }),
    ],
  },
};
