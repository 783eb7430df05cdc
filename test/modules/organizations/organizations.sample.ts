import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'Organization',
      create: (place) => ['organizationCreate', { input: { name: place.text(), slug: place.text() } }],
      change: (place) => ['organizationUpdate', { input: { name: place.text() } }],
      remove: 'organizationDelete',
    },
  ],
  randomWrites: {},
};
