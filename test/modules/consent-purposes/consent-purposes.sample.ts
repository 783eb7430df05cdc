import type { Place, RoomSample } from '../../support/room-sample.ts';
import { WALKED_PURPOSE } from '../../support/walked-purpose.ts';

/** The tenants that have the purpose of that key. Their ids are never used again, so no run sees those of another. */
const walked = new Set<string | undefined>();

function keyIn({ ids, text }: Place): string {
  if (walked.has(ids.Tenant)) return text().toLowerCase();
  walked.add(ids.Tenant);
  return WALKED_PURPOSE;
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
