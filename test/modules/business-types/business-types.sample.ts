import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [
    {
      type: 'BusinessType',
      create: (place) => ['businessTypeCreate', { input: { key: place.text(), name: place.text() } }],
      change: (place) => ['businessTypeUpdate', { input: { name: place.text() } }],
      remove: 'businessTypeDelete',
    },
  ],
  randomWrites: {},
};
