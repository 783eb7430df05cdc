import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  bounded: {
    'SystemHealth.nodes': 'at most 100',
    'SystemHealth.reasons': 'one for each value of the enum',
  },
};
