import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'ConsentStats',
      needs: ['ConsentPurpose'],
      // The counts of a purpose have its id.
      find: async ({ ids }) => String(ids.ConsentPurpose),
    },
  ],
  bounded: { 'Query.consentAnalytics': 'at most 366 intervals' },
};
