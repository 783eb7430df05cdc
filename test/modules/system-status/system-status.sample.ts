import type { RoomSample } from '../../support/room-sample.ts';

export const sample: RoomSample = {
  rows: [],
  derived: ['SystemStatus'],
  bounded: {
    'SystemStatusSummary.groups': 'at most 100 groups of each of two owners',
    'SystemStatusSummary.rollUps': 'one for each group of two owners, and one for all services of each',
  },
};
