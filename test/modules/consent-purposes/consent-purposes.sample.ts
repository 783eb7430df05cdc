import { freshNumber } from '../../support/fresh-numbers.ts';
import type { Place, RoomSample } from '../../support/room-sample.ts';
import { WALKED_PURPOSE } from '../../support/walked-purpose.ts';

/** The first purpose of a tenant has the key that the walks know. */
function keyIn({ ids, text }: Place): string {
  return freshNumber(`purpose of ${ids.Tenant}`) === 1 ? WALKED_PURPOSE : text().toLowerCase();
}

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
            key: keyIn(place),
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
