import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'ConsentPurpose',
      needs: ['Tenant'],
      create: (place) => [
        'consentPurposeCreate',
        {
          input: {
            tenantId: place.ids.Tenant,
            key: place.text().toLowerCase(),
            title: place.text(),
            description: place.text(),
            validityDays: 3_650,
          },
        },
      ],
      change: (place) => [
        'consentPurposeUpdate',
        { input: { title: place.text(), description: place.text() } },
      ],
      remove: 'consentPurposeDelete',
    },
  ],
};
